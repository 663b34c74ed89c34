/**
 * Everyday words that lie a slip or two away from what a small checkpoint knows ("lamp" and "lamb", "show" and "snow"). Whoever
 * writes one means it, so it is never read as a typing mistake.
 */
export const everydayWords: ReadonlySet<string> = new Set(
  (
    "arms back badly bank bare barn bean beans beast beer bees bench bend blank bold bone boot booth boots born bright bring brush " +
    "bucket bulb burn bush bushes cape card cards care cart carts cave chain cloth coal coast coat coats coin cold cone cook cool " +
    "cord core corn crown dark dice dirt dish dishes dome door doors dots dotted dress driving dust each elegant eyes face fall farm " +
    "fast fern fine fist flat free full gate glow goal goat goats good grow growing hair hall hand hands harp hats head hold hole " +
    "hook hope hose jars king kitchen knight lace lake lamp lamps lane lard last lawn lazy lemon letters line lion lips lock look " +
    "love make mask maze meat milk mine moon moose mouth nest nice nine north nose note nurse oven owls pans pants parents park " +
    "parrot path peach peak pear pears pile pine plate plates plum pole pond pool press rain rake rats rest rice ride ring rock " +
    "rocking roof root rope rose round sandy seat shop short show sink site skies skirt slow soda soft some song south spooky spotted " +
    "stage stairs stove strange tablet tail tall tank task team tent that then there these time times tire tires toad toast track " +
    "tracks trail tray true trunk tube turn waiting wall wand wasp weather week well wide wind wing wings wise witch wolf wood wool " +
    "word year years"
  ).split(" "),
);
