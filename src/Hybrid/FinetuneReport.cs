using Hybrid.Evaluation;

namespace Hybrid;

/// <summary>What a fine-tuning saw and made.</summary>
/// <param name="Adapter">The name of the adapter, "adapter-1"; null where none was better than the model alone on the sessions that training stops by, so
/// that none
/// was written.</param>
/// <param name="File">Its file in the data folder; null likewise.</param>
/// <param name="Model">The name of the model that it belongs behind.</param>
/// <param name="Sessions">Sessions of two or more items that are there.</param>
/// <param name="HeldOut">Of these, sessions that were used neither to learn from nor to stop by: those that the figures are of.</param>
/// <param name="Items">Items that can be found.</param>
/// <param name="Pairs">Different pairs of items that occur near each other in the sessions learned from.</param>
/// <param name="Passes">Passes that were made.</param>
/// <param name="BestPass">The one that was kept, from 1; 0: none.</param>
/// <param name="Seconds">Of training alone, with its stops to judge: without reading and encoding.</param>
/// <param name="Untuned">What the model alone finds.</param>
/// <param name="Tuned">What it finds with the adapter; the same where there is none.</param>
/// <param name="Gain">The difference, session by session: where an interval is above 0, the adapter helps on sessions like these.</param>
public sealed record FinetuneReport(string? Adapter, string? File, string Model, int Sessions, int HeldOut, int Items, long Pairs, int Passes, int BestPass,
    double Seconds, SessionReport Untuned, SessionReport Tuned, SessionReport Gain);
