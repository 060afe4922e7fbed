namespace Hybrid.Catalog.Exports;

/// <summary>The exports that are known by their columns. The more special ones come first: the first that fits is taken.</summary>
/// <remarks>Columns: Shopify help, "Using CSV files to import and export products"; WooCommerce, "Product CSV Importer and Exporter"; Google, "Product data
/// specification"; the README files of MovieLens, RecBole, H&amp;M (Kaggle), Instacart, Retailrocket, REES46, Amazon Reviews 2023 and Yelp; Google, "BigQuery
/// Export schema".</remarks>
internal static class KnownExports
{
    /// <summary>Of items.</summary>
    public static IReadOnlyList<KnownExport> Items { get; } =
    [
        new("Shopify products", ["Handle", "Title", "Vendor", "Variant Price"],
        [
            ("id", ["Handle"]), ("title", ["Title"]), ("text", ["Body (HTML)", "Body HTML"]),
            ("category", ["Type", "Custom Product Type", "Product Category", "Standardized Product Type"]), ("brand", ["Vendor"]),
            ("price", ["Variant Price"]), ("in_stock", ["Variant Inventory Qty"]),
        ])
        {
            Lists = [("Tags", ",")],
            Options = [("Option1 Name", "Option1 Value"), ("Option2 Name", "Option2 Value"), ("Option3 Name", "Option3 Value")],
            Hidden = [("Published", ["false"]), ("Status", ["draft", "archived"])],
            RepeatsTitles = true,
        },
        new("Shopify products", ["URL handle", "Title", "Vendor", "Price"],
        [
            ("id", ["URL handle"]), ("title", ["Title"]), ("text", ["Description"]), ("category", ["Type", "Product category"]), ("brand", ["Vendor"]),
            ("price", ["Price"]), ("in_stock", ["Inventory quantity"]),
        ])
        {
            Lists = [("Tags", ",")],
            Options = [("Option1 name", "Option1 value"), ("Option2 name", "Option2 value"), ("Option3 name", "Option3 value")],
            Hidden = [("Published on online store", ["false"]), ("Status", ["draft", "archived"])],
            RepeatsTitles = true,
        },
        new("WooCommerce products", ["ID", "Type", "SKU", "Name", "Published"],
        [
            ("id", ["ID", "SKU"]), ("title", ["Name"]), ("text", ["Description", "Short description"]), ("category", ["Categories"]),
            ("brand", ["Brands", "Brand"]),
            ("price", ["Sale price", "Regular price"]), ("in_stock", ["In stock?", "Stock"]),
        ])
        {
            Lists = [("Categories", ","), ("Tags", ",")],
            Options = [.. Enumerable.Range(1, 10).Select(i => ($"Attribute {i} name", $"Attribute {i} value(s)"))],
            Hidden = [("Published", ["0", "-1"]), ("Visibility in catalog", ["hidden"])],
            Parent = "Parent",
        },
        new("Google Merchant feed", ["id", "title", "link", "availability"],
        [
            ("id", ["id"]), ("title", ["title"]), ("text", ["description"]), ("category", ["product_type", "google_product_category"]), ("brand", ["brand"]),
            ("price", ["price"]), ("in_stock", ["availability"]),
        ]),
        new("H&M articles", ["article_id", "product_code", "prod_name"],
            [("id", ["article_id"]), ("title", ["prod_name"]), ("text", ["detail_desc"]), ("category", ["product_type_name", "product_group_name"])]),
        new("Instacart products", ["product_id", "product_name", "aisle_id"],
            [("id", ["product_id"]), ("title", ["product_name"]), ("category", ["department"])]),
        new("MovieLens movies", ["movieId", "title", "genres"], [("id", ["movieId"]), ("title", ["title"]), ("category", ["genres"])])
        {
            NoCategory = "(no genres listed)",
        },
        new("Amazon Reviews metadata", ["parent_asin", "title", "main_category"],
        [
            ("id", ["parent_asin"]), ("title", ["title"]), ("text", ["description", "features"]), ("category", ["categories", "main_category"]),
            ("brand", ["store"]), ("price", ["price"]),
        ]),
        new("Yelp businesses", ["business_id", "name", "stars", "categories"],
            [("id", ["business_id"]), ("title", ["name"]), ("category", ["categories"])])
        {
            Lists = [("categories", ",")],
        },
        new("RecBole items", ["item_id:token"],
        [
            ("id", ["item_id"]), ("title", ["title", "movie_title", "item_name", "product_name", "name"]),
            ("category", ["categories", "category", "class", "genre", "genres"]), ("brand", ["brand", "store"]), ("price", ["price"]),
        ])
        {
            Lists = [("categories", " "), ("class", " "), ("genre", " "), ("genres", " ")],
        },
    ];

    /// <summary>Of events.</summary>
    public static IReadOnlyList<KnownExport> Events { get; } =
    [
        new("MovieLens ratings", ["userId", "movieId", "rating", "timestamp"],
            [("user", ["userId"]), ("item", ["movieId"]), ("rating", ["rating"]), ("time", ["timestamp"])]),
        new("REES46 events", ["event_time", "event_type", "product_id", "user_id", "user_session"],
        [
            ("user", ["user_id"]), ("item", ["product_id"]), ("kind", ["event_type"]), ("time", ["event_time"]), ("session", ["user_session"]),
        ]),
        new("Retailrocket events", ["timestamp", "visitorid", "event", "itemid"],
            [("user", ["visitorid"]), ("item", ["itemid"]), ("kind", ["event"]), ("time", ["timestamp"])]),
        // Who ordered stands in another file, orders.csv; what is bought together is learned from the orders alone.
        new("Instacart orders", ["order_id", "product_id", "add_to_cart_order"],
            [("user", ["user_id", "order_id"]), ("item", ["product_id"]), ("session", ["order_id"])]) { Kind = "purchase" },
        new("H&M transactions", ["t_dat", "customer_id", "article_id"],
            [("user", ["customer_id"]), ("item", ["article_id"]), ("time", ["t_dat"])]) { Kind = "purchase" },
        new("Amazon Reviews", ["user_id", "parent_asin", "rating", "timestamp"],
            [("user", ["user_id"]), ("item", ["parent_asin"]), ("rating", ["rating"]), ("time", ["timestamp"])]),
        new("Yelp reviews", ["user_id", "business_id", "stars", "date"],
            [("user", ["user_id"]), ("item", ["business_id"]), ("rating", ["stars"]), ("time", ["date"])]),
        new("Yelp tips", ["user_id", "business_id", "compliment_count", "date"],
            [("user", ["user_id"]), ("item", ["business_id"]), ("time", ["date"])]) { Kind = "tip" },
        new("GA4 events", ["event_timestamp", "event_name", "user_pseudo_id"],
        [
            ("user", ["user_id", "user_pseudo_id"]), ("item", ["items.item_id", "item_id"]), ("kind", ["event_name"]), ("time", ["event_timestamp"]),
            ("session", ["event_params.ga_session_id", "ga_session_id"]),
        ])
        {
            Things = "items",
            Parameters = "event_params",
        },
        new("RecBole interactions", ["user_id:token", "item_id:token"],
        [
            ("user", ["user_id"]), ("item", ["item_id"]), ("rating", ["rating"]), ("time", ["timestamp"]), ("session", ["session_id"]),
        ]),
    ];
}
