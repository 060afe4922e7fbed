using Hybrid.Catalog;

namespace Hybrid.Cli.Demo;

/// <summary>An item with what only its maker knows: its kind, its price band and whether anybody will ever touch it.</summary>
/// <param name="Band">0 cheap, 1 middle, 2 dear, within its kind.</param>
internal sealed record ShopProduct(Item Item, ProductKind Kind, int Band, bool IsCold);
