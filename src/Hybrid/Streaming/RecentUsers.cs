using Hybrid.Behavior;

namespace Hybrid.Streaming;

/// <summary>The histories of the users who were asked for last.</summary>
/// <remarks>For one thread at a time.</remarks>
internal sealed class RecentUsers(int most)
{
    private readonly Dictionary<UserId, LinkedListNode<(UserId User, RecentEvents Events)>> _nodes = [];
    private readonly LinkedList<(UserId User, RecentEvents Events)> _byUse = new();   // the last one used comes first

    public int Count => _nodes.Count;

    public RecentEvents? Find(UserId user)
    {
        if (!_nodes.TryGetValue(user, out LinkedListNode<(UserId User, RecentEvents Events)>? node))
            return null;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value.Events;
    }

    public void Put(UserId user, RecentEvents events)
    {
        Remove(user);
        if (most == 0)
            return;
        _nodes[user] = _byUse.AddFirst((user, events));
        if (_nodes.Count > most)
            Remove(_byUse.Last!.Value.User);   // ! : there is one at least
    }

    /// <summary>Changes the history of a user who is at hand; nobody has asked for them by that.</summary>
    /// <param name="change">Null: the user is let go.</param>
    public void Change(UserId user, Func<RecentEvents, RecentEvents?> change)
    {
        if (!_nodes.TryGetValue(user, out LinkedListNode<(UserId User, RecentEvents Events)>? node))
            return;
        if (change(node.Value.Events) is { } changed)
            node.Value = (user, changed);
        else
            Remove(user);
    }

    public void Remove(UserId user)
    {
        if (_nodes.Remove(user, out LinkedListNode<(UserId User, RecentEvents Events)>? node))
            _byUse.Remove(node);
    }

    public void Clear()
    {
        _nodes.Clear();
        _byUse.Clear();
    }
}
