namespace Hybrid.Catalog.Files;

/// <summary>One value of a list; <c>null</c> ones are left out.</summary>
internal readonly record struct DataElement(string Value, AttributeKind Kind);
