namespace Hybrid.Cli.Demo;

/// <summary>What the synthetic shop sells: a line a kind of product.</summary>
/// <remarks>category | kind | typical price | adjectives | features | uses | kinds bought after it; a line that ends in | goes on in the next. All of it is made up.</remarks>
internal static class ProductTable
{
    public const string Lines = """
        audio|over-ear headphones|149|wireless;noise-cancelling;studio;foldable;lightweight|
        30-hour battery;active noise cancelling;soft memory-foam ear pads;a detachable cable;clear call microphones|
        long flights and noisy offices;music at home;mixing and editing;the daily commute|headphone stand;travel case
        audio|in-ear headphones|59|wireless;sweatproof;compact;sport;bass-rich|
        a pocket charging case;three sizes of ear tips;touch controls;fast pairing;water resistance|
        running and the gym;podcasts on the way to work;calls with both hands free|travel case;running belt
        audio|bluetooth speaker|79|portable;waterproof;party;outdoor;mini|
        12 hours of playtime;stereo pairing;a rugged fabric cover;deep bass;a built-in power bank|
        garden parties and picnics;the beach and the pool;the kitchen shelf|charging cable;travel case
        audio|turntable|229|belt-drive;vintage-style;automatic;walnut|a built-in preamp;an adjustable counterweight;two speeds;a dust cover|
        listening to vinyl records at home;rediscovering an old record collection|record cleaning brush;bookshelf speakers
        audio|bookshelf speakers|189|active;two-way;compact;walnut|a silk dome tweeter;bluetooth and optical inputs;a wooden cabinet|
        the living room and the desk;small rooms with big sound|speaker cable
        audio|headphone stand|24|aluminium;wooden;weighted|a non-slip base;a cable holder;a padded rest|a tidy desk
        phones|smartphone|549|5G;compact;rugged;large-screen;budget|
        a three-lens camera;128 GB of storage;an all-day battery;a bright OLED display;fast charging|
        photos and video on the go;work and messaging;a first phone|phone case;screen protector;phone charger
        phones|phone case|19|slim;shockproof;clear;leather;cork|raised edges around the camera;a soft lining;a card slot;wireless charging support|
        protecting a phone from drops;keeping cards and phone together|screen protector;phone charger
        phones|phone charger|29|fast;compact;wireless;dual-port|folding pins;65 watt output;overheat protection;a two metre cable|
        charging overnight;topping up at the desk|charging cable;power bank
        phones|power bank|35|slim;high-capacity;solar;pocket|20,000 mAh;two USB-C ports;a charge display;pass-through charging|
        weekends away from a socket;long days of travel|charging cable
        phones|charging cable|12|braided;extra-long;magnetic|reinforced ends;fast data transfer;a leather strap|the car, the sofa and the office
        phones|screen protector|11|tempered-glass;privacy;matte|an easy-fit frame;a fingerprint-free coating|keeping a display free from scratches
        computers|laptop|899|lightweight;gaming;14-inch;business;refurbished|
        16 GB of memory;a backlit keyboard;ten hours of battery;a fast SSD;a matte display|study and office work;games and video editing;writing on the train|
        laptop sleeve;wireless mouse;usb-c hub
        computers|wireless mouse|29|ergonomic;silent;vertical;compact|adjustable sensitivity;a rechargeable battery;six buttons|
        long hours at the desk;relieving a tired wrist|mouse pad;mechanical keyboard
        computers|mechanical keyboard|89|tenkeyless;silent;backlit;wireless|hot-swappable switches;a metal frame;programmable keys|
        typing all day;games and coding|mouse pad;wrist rest
        computers|usb-c hub|45|seven-port;slim;aluminium|HDMI output in 4K;a card reader;100 watt pass-through charging|
        connecting a laptop to everything else|monitor
        computers|monitor|259|27-inch;ultrawide;4K;curved|a height-adjustable stand;low blue light;two HDMI inputs|a home office;side-by-side documents|
        monitor arm
        computers|laptop sleeve|25|felt;waterproof;padded|a pocket for the charger;a magnetic flap|carrying a laptop without a scratch
        photography|mirrorless camera|799|compact;full-frame;travel;beginner|in-body stabilisation;4K video;fast autofocus;a tilting screen|
        portraits and landscapes;travel photography;family films|camera lens;memory card;camera bag
        photography|camera lens|379|wide-angle;portrait;macro;telephoto;zoom|a bright aperture;weather sealing;quiet autofocus|
        architecture and landscapes;insects and flowers;birds and wildlife|lens filter;camera bag;tripod
        photography|tripod|99|carbon;travel;tabletop;aluminium|a ball head;quick-release plate;spiked feet|long exposures at night;steady video|camera bag
        photography|memory card|29|fast;128 GB;rugged|high write speed;water and shock protection|burst shooting and 4K video
        photography|camera bag|69|waterproof;shoulder;canvas|padded dividers;a rain cover;a laptop compartment|carrying a camera and three lenses
        photography|lens filter|39|polarising;neutral-density;protective|multi-coated glass;a slim frame|deeper skies and smoother water
        sports|running shoes|119|waterproof;cushioned;trail;lightweight;stability|
        a grippy rubber sole;breathable mesh;a reflective heel;a waterproof membrane;responsive foam|
        rainy runs and muddy trails;marathon training;first kilometres on the road|running socks;running belt;water bottle
        sports|running socks|14|seamless;compression;merino|blister protection;arch support;quick-drying yarn|long runs in any weather|water bottle
        sports|running belt|22|elastic;reflective;waterproof|two zipped pockets;a key clip|carrying phone and keys on a run|water bottle
        sports|yoga mat|39|non-slip;cork;extra-thick;travel|alignment lines;a carrying strap;natural rubber|yoga, pilates and stretching at home|
        yoga block;water bottle
        sports|yoga block|12|cork;foam|rounded edges;firm support|deeper stretches and better balance
        sports|dumbbell set|89|adjustable;hex;neoprene|a non-slip grip;a compact rack|strength training in a small room|yoga mat;foam roller
        sports|foam roller|25|textured;vibrating|three densities;a hollow core|loosening tight muscles after training
        sports|water bottle|21|insulated;steel;foldable;leakproof|a straw lid;24 hours cold;a wide mouth|training, school and the office
        outdoor|hiking boots|149|waterproof;leather;mid-cut;lightweight|a deep-lugged sole;ankle support;a gusseted tongue|
        mountain trails and wet paths;day hikes with a pack|hiking socks;trekking poles;hiking backpack
        outdoor|hiking backpack|109|30-litre;ventilated;ultralight|a rain cover;a hydration sleeve;hip-belt pockets|day hikes and hut tours|
        water bottle;trekking poles
        outdoor|tent|229|two-person;four-season;pop-up;family|taped seams;a sewn-in groundsheet;a porch for boots|
        festivals and weekend camping;cold nights in the hills|sleeping bag;camping stove;camping lantern
        outdoor|sleeping bag|99|down;three-season;mummy|a draught collar;a two-way zip;a compression sack|cool nights in a tent|sleeping mat
        outdoor|sleeping mat|59|self-inflating;foam;insulated|a quick valve;a non-slip base|a warm and level bed on the ground
        outdoor|camping stove|49|gas;folding;compact|a wind shield;piezo ignition|coffee and noodles far from home|camping cookware
        outdoor|camping cookware|45|nesting;titanium;non-stick|folding handles;a strainer lid|cooking for two on one flame
        outdoor|camping lantern|29|rechargeable;solar;dimmable|a hook and a magnet;80 hours of light|tents, sheds and power cuts
        outdoor|trekking poles|59|carbon;folding;cork-grip|adjustable length;wrist straps|steep descents and sore knees
        outdoor|hiking socks|18|merino;cushioned|reinforced toes;a flat seam|dry feet on long days
        coffee|espresso machine|349|automatic;manual;compact;dual-boiler|a steam wand for milk foam;15 bar of pressure;a removable water tank;a cup warmer|
        espresso and cappuccino at home;a coffee lover's kitchen|coffee grinder;coffee beans;espresso cups
        coffee|coffee grinder|99|burr;hand;quiet|40 grind settings;an airtight bean hopper;steel burrs|fresh coffee every morning;a gift for a coffee lover|
        coffee beans;milk frother
        coffee|coffee beans|16|organic;dark-roast;single-origin;decaf|notes of chocolate and nuts;slow roasting in small batches;fair trade|
        espresso, filter and french press;a small present for a coffee lover|coffee filter
        coffee|french press|34|double-wall;glass;steel|a fine mesh filter;a cork lid|a slow breakfast for two|coffee beans
        coffee|milk frother|29|electric;handheld|hot and cold foam;a non-stick jug|cappuccino and cocoa|espresso cups
        coffee|espresso cups|24|porcelain;double-wall;handmade|a set of four;thick walls that keep the heat|
        serving espresso to friends;a present for a coffee lover
        coffee|coffee filter|15|reusable;paper|a steel mesh;a fine taste|pour-over coffee
        kitchen|chef's knife|79|damascus;japanese;stainless|a full tang;a pakkawood handle;a razor edge|
        slicing, dicing and chopping;a present for someone who loves to cook|cutting board;knife sharpener
        kitchen|cutting board|35|bamboo;walnut;end-grain|a juice groove;rubber feet|kind to knives and handsome on the table|knife sharpener
        kitchen|knife sharpener|25|two-stage;whetstone|a non-slip base;fixed angles|a keen edge in a minute
        kitchen|cast-iron pan|59|pre-seasoned;enamelled;deep|even heat;a pour spout;a lid|searing steaks and baking bread|pan brush;cookbook
        kitchen|stand mixer|249|retro;powerful;compact|a five-litre bowl;dough hook and whisk;ten speeds|bread, cakes and pasta dough|baking set;cookbook
        kitchen|blender|79|quiet;portable;high-speed|ice-crushing blades;a travel cup|smoothies and soups|cookbook
        kitchen|baking set|39|silicone;non-stick|tins in three sizes;a cooling rack|birthday cakes and muffins|cookbook
        home|table lamp|49|dimmable;ceramic;reading;rattan|a warm glow;a fabric cord;a touch switch|bedside reading;a soft corner in the living room|
        light bulb;throw blanket
        home|light bulb|12|smart;filament;dimmable|warm white light;15,000 hours|lamps in every room
        home|throw blanket|39|wool;knitted;fleece;cotton|a fringed edge;generous size|chilly evenings on the sofa;a cosy present for a friend|
        scented candle;cushion
        home|scented candle|22|soy;handmade;long-burning|notes of cedar and vanilla;a cotton wick;a reusable jar|a calm evening;a small present for a friend|
        throw blanket
        home|cushion|25|linen;velvet;embroidered|a hidden zip;a feather filling|sofas and window seats
        home|wall clock|39|silent;wooden;minimalist|a quiet movement;large numerals|kitchens and hallways|picture frame
        home|picture frame|19|oak;float;set-of-three|real glass;hooks for both directions|holiday photographs and prints;a personal present for a friend
        garden|garden shears|29|bypass;telescopic;anvil|a spring action;hardened blades|roses, hedges and herbs|gardening gloves;plant pot
        garden|plant pot|24|terracotta;self-watering;glazed|a drainage hole;a saucer|herbs on a balcony and palms indoors|potting soil;watering can
        garden|potting soil|11|peat-free;organic|added compost;good drainage|repotting houseplants|watering can
        garden|watering can|22|copper;long-spout;light|a fine rose;a balanced handle|seedlings and window boxes
        garden|gardening gloves|14|thorn-proof;cotton;waterproof|long cuffs;a firm grip|weeding and pruning
        garden|hammock|79|double;travel;cotton|a carry bag;strong ropes|a nap between two trees
        toys|building blocks|45|wooden;magnetic;classic|120 pieces;rounded edges;natural colours|children from three years;towers, castles and bridges|
        toy train;picture book
        toys|toy train|59|wooden;battery-powered|tracks with a bridge;magnetic couplings|children who love railways|building blocks
        toys|plush animal|24|soft;giant;organic|embroidered eyes;machine washable|babies and bedtime;a first present for a child|picture book
        toys|picture book|15|lift-the-flap;bedtime;illustrated|sturdy pages;a story in rhyme|reading aloud to children|plush animal
        toys|board game|39|cooperative;strategy;family;party|rules learned in five minutes;two to six players|rainy afternoons;game night with friends|puzzle
        toys|puzzle|22|1,000-piece;panorama;children's|a poster to compare;thick cardboard|quiet weekends|board game
        beauty|face cream|34|moisturising;anti-ageing;fragrance-free|hyaluronic acid;shea butter;a light texture|dry and sensitive skin|face serum;cleansing gel
        beauty|face serum|39|vitamin C;night;brightening|a glass dropper;plant extracts|a fresh look in the morning|face cream
        beauty|cleansing gel|17|gentle;purifying;aloe|no soap and no perfume;a pump bottle|removing make-up in the evening|face cream
        beauty|hair dryer|79|ionic;foldable;quiet|three heat settings;a diffuser|quick styling at home and away|hair brush
        beauty|hair brush|19|detangling;boar-bristle;paddle|a cushioned base;a wooden handle|long and curly hair
        beauty|perfume|69|floral;woody;citrus|notes of bergamot and amber;a refillable bottle|evenings out;an elegant present|face cream
        fashion|rain jacket|99|waterproof;packable;lined|taped seams;an adjustable hood;reflective piping|cycling to work in the rain;walks in autumn|
        wool scarf;backpack
        fashion|wool scarf|39|merino;checked;oversized|a soft hand;fringed ends|cold mornings;a warm present for a friend|wool hat
        fashion|wool hat|29|ribbed;lined;slouchy|a fold-up cuff;fleece inside|winter walks|wool scarf;leather gloves
        fashion|leather gloves|59|touchscreen;lined;classic|cashmere lining;a wrist strap|elegant winters
        fashion|sneakers|89|canvas;leather;retro|a padded collar;a vulcanised sole|every day in the city|cotton socks
        fashion|cotton socks|12|striped;organic;ankle|a set of five;reinforced heels|everyday comfort
        fashion|backpack|79|roll-top;laptop;leather|a padded laptop pocket;a hidden back pocket|office, campus and weekends|water bottle;laptop sleeve
        travel|suitcase|139|cabin;hard-shell;expandable;lightweight|four silent wheels;a TSA lock;a compression strap|city breaks and long holidays|
        packing cubes;luggage tag;travel pillow
        travel|packing cubes|25|compression;mesh;waterproof|a set of six;two-way zips|order in a full suitcase|luggage tag
        travel|travel pillow|29|memory-foam;inflatable|a washable cover;a chin rest|sleeping on planes and trains|luggage tag
        travel|luggage tag|12|leather;steel|a privacy flap;a strong loop|finding a suitcase on the belt
        travel|travel case|19|hard-shell;padded|an inner net pocket;a carabiner|cables, chargers and headphones
        books|cookbook|29|vegetarian;italian;baking;weeknight|80 recipes with photographs;shopping lists;step-by-step instructions|
        beginners and keen cooks;a present for someone who loves food|chef's knife
        books|crime novel|14|nordic;historical;award-winning|a detective with a past;a twist in the last chapter|long evenings by the fire|reading light
        books|travel guide|18|illustrated;pocket;hiking|maps for every region;tips from locals|planning the next trip|luggage tag;suitcase
        books|reading light|17|clip-on;rechargeable|three colours of light;a flexible neck|reading in bed without waking anyone|crime novel
        """;

    public static readonly string[] Brands =
    [
        "Aldervane", "Brixholm", "Calduro", "Denvik", "Elmstrand", "Fjellmar", "Gransby", "Halvora", "Ivenor", "Jorvale", "Kestrin", "Lumenor", "Morvell", "Nordhage",
        "Ostrel", "Pellworth", "Quillane", "Ravensund", "Solvane", "Tarnwick", "Ulverdal", "Veltora", "Westrum", "Ysgard", "Zellmark",
    ];

    public static readonly string[] Colors = ["black", "white", "graphite", "navy", "forest green", "sand", "red", "sky blue", "terracotta", "mustard", "lilac", "silver"];
}
