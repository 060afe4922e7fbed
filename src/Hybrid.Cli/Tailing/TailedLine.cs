using Hybrid.Records;

namespace Hybrid.Cli.Tailing;

/// <summary>A line of a stream.</summary>
/// <param name="End">Where in the stream the next one begins; the lines up to there are this one's number.</param>
/// <param name="IsCut">Whether it is longer than a line may be: this is its beginning.</param>
internal readonly record struct TailedLine(byte[] Content, StreamPosition End, bool IsCut);
