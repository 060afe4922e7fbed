using Hybrid.Behavior;

namespace Hybrid.Redis;

/// <summary>The keys of a shop's features. Its name in braces keeps them in one slot of a cluster, so that one script may change several.</summary>
internal readonly record struct RedisKeys(string Name)
{
    /// <summary>Of the log: how far what is here has followed it. It ends by itself when nobody fills any more.</summary>
    public string State => $"{{{Name}}}:state";

    public string Popular => $"{{{Name}}}:popular";

    public string Kinds => $"{{{Name}}}:kinds";

    /// <summary>A channel on which readers name keys that they miss.</summary>
    public string Wanted => $"{{{Name}}}:wanted";

    /// <summary>Begins the keys of all users.</summary>
    public string Users => $"{{{Name}}}:user:";

    public string Of(UserId user) => Users + user.Value;
}
