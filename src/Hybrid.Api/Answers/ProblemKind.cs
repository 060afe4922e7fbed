namespace Hybrid.Api.Answers;

/// <summary>A kind of problem: README lists them.</summary>
internal sealed record ProblemKind(int Status, string Code, string Title)
{
    public static readonly ProblemKind BadJson = new(400, "bad-json", "The body is not JSON of the right shape");
    public static readonly ProblemKind UnknownField = new(400, "unknown-field", "There is no such field");
    public static readonly ProblemKind BadValue = new(400, "bad-value", "A value cannot be used");
    public static readonly ProblemKind BadFilter = new(400, "bad-filter", "The filter cannot be understood");
    public static readonly ProblemKind BadRequest = new(400, "bad-request", "The request cannot be understood");
    public static readonly ProblemKind NoKey = new(401, "no-key", "A key is needed");
    public static readonly ProblemKind Forbidden = new(403, "forbidden", "This may not be done");
    public static readonly ProblemKind NoRoute = new(404, "no-route", "There is nothing at this address");
    public static readonly ProblemKind NotFound = new(404, "not-found", "It is not there");
    public static readonly ProblemKind BadMethod = new(405, "bad-method", "This address has other methods");
    public static readonly ProblemKind TooSlow = new(408, "too-slow", "The request came too slowly");
    public static readonly ProblemKind NotReady = new(409, "not-ready", "Something has to be done first");
    public static readonly ProblemKind Conflict = new(409, "conflict", "Something else is under way");
    public static readonly ProblemKind Changed = new(412, "changed", "It is another one by now");
    public static readonly ProblemKind TooLarge = new(413, "too-large", "The request is too large");
    public static readonly ProblemKind BadMediaType = new(415, "bad-media-type", "The body is of a kind that is not read");
    public static readonly ProblemKind TooMany = new(429, "too-many", "Too many requests of this key");
    public static readonly ProblemKind Bug = new(500, "bug", "This is a bug in Hybrid");
    public static readonly ProblemKind Failed = new(503, "failed", "A part of the service has failed");
    public static readonly ProblemKind Busy = new(503, "busy", "The service is busy");
    public static readonly ProblemKind Closing = new(503, "closing", "The service is closing");

    public Problem With(string detail, string whatToDo, string? field = null, string? value = null) => new()
    {
        Type = $"urn:hybrid:{Code}",
        Title = Title,
        Status = Status,
        Detail = detail,
        Field = field,
        Value = value is null ? null : Catalog.PlainText.Brief(value),
        WhatToDo = whatToDo,
    };

    /// <inheritdoc cref="With"/>
    public RefusedException Refuse(string detail, string whatToDo, string? field = null, string? value = null) => new(With(detail, whatToDo, field, value));
}
