"""The words mini knows: objects (GenEval's names, each with the emoji that draws it), colours, sizes, counts, places.

Everything else (captions, detector classes, words.json, held-out.json) is derived from these tables.
"""

import itertools
import zlib

# GenEval name -> (Fluent emoji icon, plural). GenEval objects without a fitting emoji are left out.
OBJECTS = {
    "person": ("person", "people"),
    "bicycle": ("bicycle", "bicycles"),
    "car": ("automobile", "cars"),
    "motorcycle": ("motorcycle", "motorcycles"),
    "airplane": ("airplane", "airplanes"),
    "bus": ("bus", "buses"),
    "train": ("locomotive", "trains"),
    "truck": ("delivery-truck", "trucks"),
    "boat": ("sailboat", "boats"),
    "traffic light": ("vertical-traffic-light", "traffic lights"),
    "stop sign": ("stop-sign", "stop signs"),
    "bird": ("bird", "birds"),
    "cat": ("cat", "cats"),
    "dog": ("dog", "dogs"),
    "horse": ("horse", "horses"),
    "sheep": ("ewe", "sheep"),
    "cow": ("cow", "cows"),
    "elephant": ("elephant", "elephants"),
    "bear": ("bear", "bears"),
    "zebra": ("zebra", "zebras"),
    "giraffe": ("giraffe", "giraffes"),
    "backpack": ("backpack", "backpacks"),
    "umbrella": ("umbrella", "umbrellas"),
    "handbag": ("handbag", "handbags"),
    "tie": ("necktie", "ties"),
    "suitcase": ("luggage", "suitcases"),
    "frisbee": ("flying-disc", "frisbees"),
    "skis": ("skis", "pairs of skis"),
    "sports ball": ("soccer-ball", "sports balls"),
    "kite": ("kite", "kites"),
    "skateboard": ("skateboard", "skateboards"),
    "bottle": ("lotion-bottle", "bottles"),
    "wine glass": ("wine-glass", "wine glasses"),
    "cup": ("hot-beverage", "cups"),
    "knife": ("kitchen-knife", "knives"),
    "spoon": ("spoon", "spoons"),
    "bowl": ("steaming-bowl", "bowls"),
    "banana": ("banana", "bananas"),
    "apple": ("red-apple", "apples"),
    "sandwich": ("sandwich", "sandwiches"),
    "orange": ("tangerine", "oranges"),
    "broccoli": ("broccoli", "broccolis"),
    "carrot": ("carrot", "carrots"),
    "hot dog": ("hot-dog", "hot dogs"),
    "pizza": ("pizza", "pizzas"),
    "donut": ("doughnut", "donuts"),
    "cake": ("birthday-cake", "cakes"),
    "chair": ("chair", "chairs"),
    "couch": ("couch-and-lamp", "couches"),
    "potted plant": ("potted-plant", "potted plants"),
    "bed": ("bed", "beds"),
    "toilet": ("toilet", "toilets"),
    "tv": ("television", "tvs"),
    "laptop": ("laptop", "laptops"),
    "computer mouse": ("computer-mouse", "computer mouses"),
    "computer keyboard": ("keyboard", "computer keyboards"),
    "cell phone": ("mobile-phone", "cell phones"),
    "book": ("closed-book", "books"),
    "clock": ("alarm-clock", "clocks"),
    "vase": ("amphora", "vases"),
    "scissors": ("scissors", "pairs of scissors"),
    "teddy bear": ("teddy-bear", "teddy bears"),
    "toothbrush": ("toothbrush", "toothbrushes"),
    "house": ("house", "houses"),
    "tree": ("deciduous-tree", "trees"),
    "flower": ("sunflower", "flowers"),
    "fish": ("tropical-fish", "fish"),
    "balloon": ("balloon", "balloons"),
    "rocket": ("rocket", "rockets"),
    "star": ("star", "stars"),
    "heart": ("red-heart", "hearts"),
}
CLASSES = list(OBJECTS)

# Hue in degrees, saturation, lightness range that shading is mapped to (HSL, 0..1).
COLORS = {
    "red": (2, 0.82, 0.28, 0.60),
    "orange": (28, 0.95, 0.38, 0.64),
    "yellow": (51, 0.95, 0.44, 0.72),
    "green": (125, 0.62, 0.20, 0.54),
    "blue": (218, 0.82, 0.28, 0.62),
    "purple": (278, 0.66, 0.26, 0.60),
    "pink": (333, 0.85, 0.58, 0.84),
    "brown": (22, 0.52, 0.14, 0.40),
    "black": (240, 0.05, 0.05, 0.27),
    "white": (210, 0.10, 0.80, 0.99),
}
COLOR_NAMES = list(COLORS)

# Their look is their colour: always drawn natural.
FIXED_COLOR = {"stop sign", "traffic light", "zebra", "person", "pizza", "sandwich", "broccoli"}

# Of the room an object would take without a word for its size.
SIZES = {"tiny": 0.5, "small": 0.72, "big": 1.14}

NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}
RELATIONS = {"left of": "left", "right of": "right", "above": "above", "below": "below"}

# Background phrase -> (kind, upper rgb, lower rgb). Kinds: flat (one colour), bands (sky over ground).
BACKGROUNDS = {
    "on grass": ("bands", (170, 216, 245), (126, 200, 92)),
    "on the beach": ("bands", (140, 208, 242), (243, 221, 164)),
    "in the desert": ("bands", (252, 218, 160), (226, 168, 98)),
    "in the snow": ("bands", (190, 214, 236), (240, 245, 250)),
    "on the water": ("bands", (196, 228, 246), (64, 140, 208)),
    "on the road": ("bands", (186, 214, 232), (134, 138, 146)),
    "at sunset": ("bands", (250, 150, 110), (120, 70, 110)),
    "at night": ("bands", (24, 30, 70), (40, 52, 60)),
    "in space": ("flat", (14, 14, 36), (14, 14, 36)),
    "on a table": ("bands", (238, 226, 210), (176, 122, 78)),
}
FLAT_BACKGROUNDS = {
    "red": (236, 120, 112), "orange": (250, 180, 110), "yellow": (250, 230, 130), "green": (150, 214, 150),
    "blue": (140, 184, 240), "purple": (190, 160, 230), "pink": (250, 184, 210), "brown": (176, 136, 106),
    "black": (34, 34, 38), "white": (250, 250, 250),
}


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


# How else people say it -> the words mini learnt. The program reads a prompt through this table (words.json), so nothing
# is spent on learning it; plurals of single nouns are added in synonyms().
SYNONYMS = {
    "human": "person", "lady": "person", "child": "person", "kid": "person", "man": "person", "woman": "person", "boy": "person", "girl": "person", "bike": "bicycle", "cycle": "bicycle",
    "automobile": "car", "sedan": "car", "motorbike": "motorcycle", "scooter": "motorcycle", "plane": "airplane", "aeroplane": "airplane",
    "jet": "airplane", "coach": "bus", "locomotive": "train", "railway": "train", "lorry": "truck", "van": "truck", "ship": "boat",
    "sailboat": "boat", "sailing boat": "boat", "yacht": "boat", "stoplight": "traffic light", "traffic signal": "traffic light", "birdie": "bird", "parrot": "bird", "sparrow": "bird", "goldfish": "fish",
    "kitty": "cat", "kitten": "cat", "puppy": "dog", "doggy": "dog", "hound": "dog", "pony": "horse", "lamb": "sheep", "ewe": "sheep",
    "bull": "cow", "rucksack": "backpack", "schoolbag": "backpack", "parasol": "umbrella", "brolly": "umbrella", "purse": "handbag",
    "necktie": "tie", "shirt": "tie", "luggage": "suitcase", "flying disc": "frisbee", "football": "sports ball",
    "soccer ball": "sports ball", "ball": "sports ball", "skate board": "skateboard", "wineglass": "wine glass", "goblet": "wine glass",
    "glass of wine": "wine glass", "mug": "cup", "coffee": "cup", "cup of coffee": "cup", "cup of tea": "cup", "teacup": "cup", "tangerine": "orange", "mandarin": "orange", "hotdog": "hot dog", "doughnut": "donut",
    "birthday cake": "cake", "armchair": "chair", "stool": "chair", "sofa": "couch", "settee": "couch", "houseplant": "potted plant", "pot plant": "potted plant", "plant": "potted plant",
    "lavatory": "toilet", "television": "tv", "telly": "tv", "tv set": "tv", "notebook computer": "laptop", "mouse": "computer mouse",
    "keyboard": "computer keyboard", "phone": "cell phone", "mobile phone": "cell phone", "cellphone": "cell phone", "smartphone": "cell phone",
    "mobile": "cell phone", "novel": "book", "alarm clock": "clock", "pot": "vase", "teddy": "teddy bear", "home": "house", "cottage": "house",
    "sunflower": "flower", "tulip": "flower", "rose": "flower", "daisy": "flower", "spaceship": "rocket", "love heart": "heart", "ball of football": "sports ball", "tooth brush": "toothbrush",
    "violet": "purple", "lilac": "purple", "crimson": "red", "scarlet": "red", "golden": "yellow", "gold": "yellow", "navy": "blue",
    "tan": "brown", "lime": "green", "silver": "white", "grey": "black", "gray": "black",
    "little": "small", "miniature": "tiny", "minuscule": "tiny", "large": "big", "huge": "big", "giant": "big", "enormous": "big",
    "2": "two", "3": "three", "4": "four", "a couple of": "two", "1": "one", "several": "three", "a few": "three", "many": "four",
    **dict.fromkeys(["five", "six", "seven", "eight", "nine", "ten", "5", "6", "7", "8", "9", "10"], "four"),
    "to the left of": "left of", "on the left of": "left of", "to the right of": "right of", "on the right of": "right of", "over": "above",
    "on top of": "above", "atop": "above", "under": "below", "underneath": "below", "beneath": "below", "next to": "and", "beside": "and",
    "near": "and", "with": "and", "plus": "and", "&": "and",
    "at the beach": "on the beach", "on a beach": "on the beach", "in grass": "on grass", "in the grass": "on grass", "on the grass": "on grass",
    "on a lawn": "on grass", "in a field": "on grass", "in the field": "on grass", "in a meadow": "on grass", "in the meadow": "on grass", "in a park": "on grass", "in the park": "on grass", "in a desert": "in the desert", "in snow": "in the snow",
    "on snow": "in the snow", "on the sea": "on the water", "in the sea": "on the water", "on the ocean": "on the water", "in the water": "on the water",
    "on water": "on the water", "on a lake": "on the water", "on the lake": "on the water", "at sea": "on the water", "on a road": "on the road", "on the street": "on the road", "on a street": "on the road",
    "during sunset": "at sunset", "at dusk": "at sunset", "in the evening": "at sunset", "in the night": "at night", "by night": "at night",
    "at midnight": "at night", "in outer space": "in space", "among the stars": "in space", "on the table": "on a table", "on a desk": "on a table", "on the desk": "on a table",
    "photograph": "photo", "snapshot": "photo", "drawing": "picture", "sketch": "picture", "painting": "picture", "illustration": "picture", "background colour": "background",
}


def synonyms() -> dict[str, str]:
    """SYNONYMS with the plurals of nouns: "kittens" -> "cats"."""
    plurals = {f"{word}s": OBJECTS[name][1] for word, name in SYNONYMS.items()
               if name in OBJECTS and not word.endswith(("s", "y", "ch", "man", "sheep", "luggage", "coffee", "railway", "child", "goldfish", "of tea", "of wine"))}
    odd = {"kitties": "cats", "puppies": "dogs", "ponies": "horses", "lorries": "trucks", "men": "people", "women": "people", "mice": "computer mouses",
           "coaches": "buses", "persons": "people", "daisies": "flowers", "children": "people", "ladies": "people", "goldfishes": "fish", "glasses of wine": "wine glasses",
           "cups of coffee": "cups", "cups of tea": "cups", "colour": "color"}
    return {**SYNONYMS, **plurals, **odd}


def words() -> dict:
    """words.json: what the program knows of mini's vocabulary."""
    return {"objects": sorted({w for n in CLASSES for w in (n, OBJECTS[n][1])}), "colors": COLOR_NAMES,
            "sizes": list(SIZES), "counts": list(NUMBERS.values()), "relations": list(RELATIONS),
            "backgrounds": list(BACKGROUNDS) + [f"on {article(c)} {c} background" for c in FLAT_BACKGROUNDS],
            "other": ["a", "an", "and", "of", "photo", "picture", "image", "pair", "on", "in", "at", "the", "background"],
            "natural": sorted(FIXED_COLOR), "synonyms": synonyms()}


def _eighth(*words: str) -> bool:
    """One combination in eight, always the same ones."""
    return zlib.crc32(" ".join(words).encode()) % 8 == 3


def held_out_color(name: str, color: str) -> bool:
    return name not in FIXED_COLOR and _eighth(color, name)


def held_out_pair(first: str, second: str) -> bool:
    return _eighth(*sorted((first, second)))


def held_out_place(name: str, relation: str) -> bool:
    """What stands in `relation` to something else: "dog left of" is held out as a whole, whatever the other thing is."""
    return _eighth(name, relation)


def held_out_count(name: str, count: int) -> bool:
    return count > 1 and _eighth(str(count), name)


def held_out() -> dict[str, list]:
    """Every combination that no caption in training holds: what prompt following is scored on."""
    return {
        "colors": [[n, c] for n in CLASSES for c in COLOR_NAMES if held_out_color(n, c)],
        "pairs": [list(pair) for pair in itertools.combinations(CLASSES, 2) if held_out_pair(*pair)],
        "positions": [[n, r] for n in CLASSES for r in RELATIONS if held_out_place(n, r)],
        "counts": [[n, k] for n in CLASSES for k in NUMBERS if held_out_count(n, k)],
    }
