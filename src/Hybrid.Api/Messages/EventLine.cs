using Hybrid.Api.Answers;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Records;

namespace Hybrid.Api.Messages;

/// <summary>A line of a stream, read by the rules of POST /v1/events.</summary>
internal static class EventLine
{
    /// <summary>The event, or why it is none.</summary>
    /// <param name="source">The stream, and where in it, for the dead letter.</param>
    public static (Event Event, DeadLetter? Fault) Read(ReadOnlyMemory<byte> line, string source, long? number, DateTimeOffset now)
    {
        try
        {
            return (JsonBody.Read<EventBody>(line).Read(now), null);
        }
        catch (RefusedException refused)
        {
            Problem problem = refused.Problem;
            string content = System.Text.Encoding.UTF8.GetString(line.Span[..Math.Min(line.Length, 4 * DeadLetters.MostCharacters)]);
            return (default, new DeadLetter(0, now, source, number, content, $"{problem.Detail} {problem.WhatToDo}"));
        }
    }
}
