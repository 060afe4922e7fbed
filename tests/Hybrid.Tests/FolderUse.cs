namespace Hybrid.Tests;

/// <summary>A file of one folder of a project uses what another folder declares. A folder is the first part of its path.</summary>
internal sealed record FolderUse(string File, string From, string To, string Name)
{
    /// <summary>The place of the files that are in no folder.</summary>
    public const string Root = "the root";

    public override string ToString() => $"{File} ({From}) uses {Name} ({To})";
}
