namespace Hybrid.Evaluation;

/// <summary>How a log is divided into what is learned from and what is asked.</summary>
public enum SplitKind
{
    /// <summary>Of each user the last event is the target, and what is before it the history; all but the targets is learned from.</summary>
    LeaveLast,

    /// <summary>Of each user the last basket is the targets; the baskets before it are the history, and learned from.</summary>
    LeaveBasket,

    /// <summary>All before one moment is learned from; of a user with events on both sides, those before it are the history and those after it the
    /// targets.</summary>
    GlobalTime,

    /// <summary>Users are sessions: the earlier ones are learned from whole; of the later ones the last event is the target, and what is before it the
    /// history.</summary>
    LaterSessions,

    /// <summary>A part of the items is new: removed from training wholly, so that only their content can find them. Of each user the last of them is the
    /// target, what is before it without them the history and learned from; only new items are ranked.</summary>
    Cold,
}
