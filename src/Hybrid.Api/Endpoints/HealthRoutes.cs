using Hybrid.Api.Answers;
using Hybrid.Api.Messages;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/health: for what starts, watches and balances services.</summary>
internal static class HealthRoutes
{
    public static void MapTo(ApiRoutes routes)
    {
        routes.Map("GET", "/health/live", "Whether the process answers.",
            (_, _, _) => Task.FromResult(new Answer(new HealthAnswer("live"))), waitsItsTurn: false, role: null)
            .Produces<HealthAnswer>();
        routes.Map("GET", "/health/ready", "Whether it can answer questions, and what is missing.",
            async (api, _, stop) => await ReadyAsync(api, stop), waitsItsTurn: false, role: null).Produces<HealthAnswer>();
    }

    /// <summary>A shop that is empty yet is ready: it waits for items, which nobody would send to a service that is not.</summary>
    /// <remarks>One that is warming up answers when it is warm.</remarks>
    private static async Task<Answer> ReadyAsync(ApiContext api, CancellationToken cancellationToken)
    {
        await api.WarmUp.Done.WaitAsync(cancellationToken);
        EngineStatus status = await api.Engine.ReadStatusAsync(cancellationToken);
        if (status.StoreFailure is { } failure)
            throw ProblemKind.Failed.Refuse(failure, "Wait until the store of vectors answers again.");
        List<string> missing = [];
        if (status is { HasRecords: true, Items: 0 })
            missing.Add("items: POST /v1/items");
        else if (status.InUse is null)
            missing.Add("an index: POST /v1/admin/index");
        if (status.HasRecords && status.Behavior is null)
            missing.Add(status.Events == 0 ? "events: POST /v1/events" : "a behaviour model: POST /v1/admin/train");
        return new(new HealthAnswer("ready", missing.Count == 0 ? null : missing));
    }
}
