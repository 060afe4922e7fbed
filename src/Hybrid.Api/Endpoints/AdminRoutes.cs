using Hybrid.Api.Answers;
using Hybrid.Api.Jobs;
using Hybrid.Api.Keys;
using Hybrid.Api.Messages;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/v1/admin: what the service has, and work that takes longer than a request.</summary>
internal static class AdminRoutes
{
    private const string Jobs = "/v1/admin/jobs", OneJob = $"{Jobs}/{{id}}";

    public static void MapTo(ApiRoutes routes)
    {
        routes.Map("GET", "/v1/admin/status", "What the service has.",
            async (api, _, stop) => await StatusAsync(api.Engine, stop), waitsItsTurn: false, ApiRole.Admin)
            .Produces<StatusAnswer>();
        routes.Map("GET", "/v1/admin/migration", "How the migration stands that was planned last.",
            async (api, _, stop) => await MigrationAsync(api.Engine, stop), waitsItsTurn: false, ApiRole.Admin).Produces<MigrationStatus>();
        routes.Map("GET", "/v1/admin/dead-letters", "What came by streams and is no event, the last first.",
            (api, http, _) => Task.FromResult(DeadLetters(api, http)), waitsItsTurn: false, ApiRole.Admin)
            .WithMetadata(new QueryFields(typeof(UserRequest))).Produces<IReadOnlyList<DeadLetter>>();
        routes.Map("POST", "/v1/admin/index", "Indexes what is not indexed yet: a job to follow.",
            (api, _, _) => Accepted(api.Jobs.Start("index", (tell, stop) => IndexAsync(api.Engine, tell, stop))),
            waitsItsTurn: false, ApiRole.Admin).Produces<JobStatus>(StatusCodes.Status202Accepted);
        routes.Map("POST", "/v1/admin/train", "Trains on the events: a job to follow.",
            (api, _, _) => Accepted(api.Jobs.Start("train", async (tell, stop) =>
            await api.Engine.TrainAsync(new Report<Item2VecProgress>(progress => tell(progress.Fraction)), cancellationToken: stop))),
            waitsItsTurn: false, ApiRole.Admin).Produces<JobStatus>(StatusCodes.Status202Accepted);
        routes.Map("GET", Jobs, "All jobs, the newest first.",
            (api, _, _) => Task.FromResult(new Answer(api.Jobs.List())), waitsItsTurn: false, ApiRole.Admin)
            .Produces<IReadOnlyList<JobStatus>>();
        routes.Map("GET", OneJob, "How far a job is.",
            (api, http, _) => Task.FromResult(Of(http, api.Jobs.Find)), waitsItsTurn: false, ApiRole.Admin).Produces<JobStatus>();
        routes.Map("DELETE", OneJob, "Cancels a job.",
            (api, http, _) => Task.FromResult(Of(http, api.Jobs.Cancel)), waitsItsTurn: false, ApiRole.Admin).Produces<JobStatus>();
    }

    private static async Task<Answer> StatusAsync(HybridEngine engine, CancellationToken cancellationToken) => new(StatusAnswer.Of(
        await engine.ReadStatusAsync(cancellationToken), await engine.CountEventsByKindAsync(cancellationToken)));

    private static async Task<Answer> MigrationAsync(HybridEngine engine, CancellationToken cancellationToken) =>
        await engine.ReadMigrationAsync(cancellationToken: cancellationToken) is { } status
            ? new(status) : throw ProblemKind.NotFound.Refuse("There is no migration.", "`hybrid migrate plan` plans one.");

    private static Answer DeadLetters(ApiContext api, HttpContext http) => new(api.Engine.ReadDeadLetters(
        FieldValues.Whole("count", JsonBody.Read<UserRequest>(http.Request.Query).Count, 1, api.Limits.MaxCount)));

    private static async Task<object> IndexAsync(HybridEngine engine, Action<double> tell, CancellationToken cancellationToken)
    {
        long changed = engine.NotIndexed;
        return await engine.IndexAsync(progress: new Report<long>(done => tell(changed == 0 ? 1 : Math.Min(1, (double)done / changed))),
            cancellationToken: cancellationToken);
    }

    private static Task<Answer> Accepted(JobStatus job) =>
        Task.FromResult(new Answer(job, StatusCodes.Status202Accepted) { Location = $"{Jobs}/{job.Id}" });

    private static Answer Of(HttpContext http, Func<string, JobStatus?> find)
    {
        string id = (string?)http.Request.RouteValues["id"] ?? "";
        return find(id) is { } job
            ? new(job)
            : throw ProblemKind.NotFound.Refuse($"There is no job '{Catalog.PlainText.Brief(id)}'.",
            "GET /v1/admin/jobs lists them; they end with the service.", "id", id);
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it reports at once, in order.</summary>
    private sealed class Report<T>(Action<T> tell) : IProgress<T>
    {
        void IProgress<T>.Report(T value) => tell(value);
    }
}
