namespace Hybrid.Redis;

/// <summary>What changes a server: each a whole or nothing, and nothing where somebody else has changed the state meanwhile, or the server lost it.</summary>
internal static class RedisScripts
{
    /// <summary>Goes on to another state and removes what it makes void.</summary>
    /// <remarks>Keys: the state, and what is removed. Arguments: the state as it should be, empty where there should be none; the new one; for how many
    /// milliseconds. Answers 1 where it was done.</remarks>
    public const string Advance = """
        if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
        for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
        """;

    /// <summary>Fills a key in.</summary>
    /// <remarks>Keys: the state, and the key. Arguments: the state as it should be; what comes there; for how many milliseconds. Answers as the
    /// other.</remarks>
    public const string Fill = """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
        return 1
        """;
}
