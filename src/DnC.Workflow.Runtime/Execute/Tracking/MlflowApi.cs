using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DnC.Workflow.Runtime.Execute.Tracking;

/// <summary>The calls of MLflow's REST interface (2.0) that curves need, by its documentation.</summary>
/// <param name="server">Whom to ask.</param>
internal sealed class MlflowApi(MlflowServer server)
{
    /// <summary>Entries of a log-batch request, at most: the documented limit of metrics is 1000.</summary>
    public const int Batch = 1000;

    private const int Params = 100;

    /// <summary>The id of the server's experiment, made where it is not there.</summary>
    public async Task<string> Experiment(CancellationToken stop)
    {
        using var found = await server.Client.GetAsync(Path($"experiments/get-by-name?experiment_name={Uri.EscapeDataString(server.Experiment)}"), stop).ConfigureAwait(false);
        if (found.StatusCode != HttpStatusCode.NotFound)
            return Text(await Read(found, stop).ConfigureAwait(false), "experiment", "experiment_id");
        try
        {
            return Text(await Post("experiments/create", new JsonObject { ["name"] = server.Experiment }, stop).ConfigureAwait(false), "experiment_id");
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.BadRequest)
        {
            // Another worker was quicker.
            using var again = await server.Client.GetAsync(Path($"experiments/get-by-name?experiment_name={Uri.EscapeDataString(server.Experiment)}"), stop).ConfigureAwait(false);
            return Text(await Read(again, stop).ConfigureAwait(false), "experiment", "experiment_id");
        }
    }

    /// <summary>Makes a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> Begin(string experiment, string name, DateTimeOffset now, IEnumerable<KeyValuePair<string, string>> tags, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken stop)
    {
        var made = await Post("runs/create", new JsonObject { ["experiment_id"] = experiment, ["run_name"] = name, ["start_time"] = now.ToUnixTimeMilliseconds(), ["tags"] = Pairs(tags) }, stop).ConfigureAwait(false);
        var run = Text(made, "run", "info", "run_id");
        foreach (var some in parameters.Chunk(Params))
            await Post("runs/log-batch", new JsonObject { ["run_id"] = run, ["params"] = Pairs(some) }, stop).ConfigureAwait(false);
        return run;
    }

    /// <summary>Adds points of curves.</summary>
    public Task Log(string run, IEnumerable<MlflowPoint> points, CancellationToken stop) => Post("runs/log-batch", new JsonObject
    {
        ["run_id"] = run,
        ["metrics"] = new JsonArray([.. points.Select(p => new JsonObject { ["key"] = p.Name, ["value"] = p.Value, ["timestamp"] = p.Time.ToUnixTimeMilliseconds(), ["step"] = p.Step })]),
    }, stop);

    /// <summary>Says how a run ended.</summary>
    public Task End(string run, string status, DateTimeOffset now, CancellationToken stop) =>
        Post("runs/update", new JsonObject { ["run_id"] = run, ["status"] = status, ["end_time"] = now.ToUnixTimeMilliseconds() }, stop);

    private async Task<JsonElement> Post(string call, JsonObject body, CancellationToken stop)
    {
        using var answer = await server.Client.PostAsJsonAsync(Path(call), body, stop).ConfigureAwait(false);
        return await Read(answer, stop).ConfigureAwait(false);
    }

    private static Uri Path(string call) => new("api/2.0/mlflow/" + call, UriKind.Relative);

    private static async Task<JsonElement> Read(HttpResponseMessage answer, CancellationToken stop)
    {
        // Its status alone: what a server answers to a refusal may repeat what it was sent.
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(stop).ConfigureAwait(false);
    }

    private static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new([.. pairs.Select(p => new JsonObject { ["key"] = p.Key, ["value"] = p.Value })]);

    private static string Text(JsonElement answer, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty(name, out var inner))
                throw new JsonException($"the answer has no '{string.Join('.', path)}'");
            answer = inner;
        }

        return answer.GetString() ?? throw new JsonException($"'{string.Join('.', path)}' is no text");
    }
}

/// <summary>A point of one curve.</summary>
internal sealed record MlflowPoint(string Name, double Value, long Step, DateTimeOffset Time);
