/** MT19937, 32 bits at a time. M. Matsumoto and T. Nishimura, ACM TOMACS 8 (1998). */
const size = 624;
const middle = 397;

export class MersenneTwister {
  private readonly state = new Uint32Array(size);
  private position = size;

  constructor(seed: number) {
    this.state[0] = seed;
    for (let i = 1; i < size; i++) {
      const previous = this.state[i - 1]! ^ (this.state[i - 1]! >>> 30);
      this.state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** 0 … 2³² − 1 */
  next(): number {
    if (this.position === size) this.twist();
    let value = this.state[this.position++]!;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    value ^= value >>> 18;
    return value >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < size; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
      state[i] = state[(i + middle) % size]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.position = 0;
  }
}
