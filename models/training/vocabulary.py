"""The words mini knows: objects (GenEval's names, each with the emoji that draws it), colours, counts, places.

Everything else (captions, detector classes, words.json) is derived from these tables.
"""

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
