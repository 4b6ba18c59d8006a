using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>
/// A stand-in for an MLflow server on this machine: the calls of its REST interface 2.0 that curves need, by their documentation, with its
/// limits. No registry reachable here has MLflow itself.
/// </summary>
public sealed class MlflowStandIn : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public MlflowStandIn()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = Task.Run(Serve);
    }

    public string Address { get; }

    /// <summary>Runs by id.</summary>
    public Dictionary<string, JsonElement> Runs { get; } = [];

    public List<string> Experiments { get; } = [];

    public List<(string Run, string Key, double Value, long Step)> Metrics { get; } = [];

    public Dictionary<string, string> Parameters { get; } = [];

    public Dictionary<string, string> Ends { get; } = [];

    public HashSet<string?> Authorizations { get; } = [];

    /// <summary>What every call is answered with; null: what it asks for.</summary>
    public HttpStatusCode? Refuses { get; set; }

    public void Dispose()
    {
        _listener.Close();
        _serving.ConfigureAwait(false).GetAwaiter().GetResult();
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var (status, answer) = Refuses is { } refused ? (refused, """{ "error_code": "INTERNAL_ERROR", "message": "secret" }""") : await Answer(call.Request);
            call.Response.StatusCode = (int)status;
            call.Response.ContentType = "application/json";
            await using (var writer = new StreamWriter(call.Response.OutputStream))
                await writer.WriteAsync(answer);
            call.Response.Close();
        }
    }

    private async Task<(HttpStatusCode Status, string Answer)> Answer(HttpListenerRequest request)
    {
        Authorizations.Add(request.Headers["Authorization"]);
        var body = request.HttpMethod == "POST" ? (await JsonDocument.ParseAsync(request.InputStream)).RootElement : default;
        switch ($"{request.HttpMethod} {request.Url!.AbsolutePath.Replace("/api/2.0/mlflow/", "", StringComparison.Ordinal)}")
        {
            case "GET experiments/get-by-name":
                var at = Experiments.IndexOf(request.QueryString["experiment_name"]!);
                return at < 0 ? (HttpStatusCode.NotFound, """{ "error_code": "RESOURCE_DOES_NOT_EXIST" }""") : (HttpStatusCode.OK, $$"""{ "experiment": { "experiment_id": "{{at}}" } }""");
            case "POST experiments/create":
                Experiments.Add(body.GetProperty("name").GetString()!);
                return (HttpStatusCode.OK, $$"""{ "experiment_id": "{{Experiments.Count - 1}}" }""");
            case "POST runs/create":
                Runs.Add($"run{Runs.Count}", body);
                return (HttpStatusCode.OK, $$"""{ "run": { "info": { "run_id": "run{{Runs.Count - 1}}" } } }""");
            case "POST runs/log-batch":
                return LogBatch(body);
            case "POST runs/update":
                Ends[body.GetProperty("run_id").GetString()!] = body.GetProperty("status").GetString()!;
                return (HttpStatusCode.OK, "{}");
            default:
                return (HttpStatusCode.NotFound, """{ "error_code": "ENDPOINT_NOT_FOUND" }""");
        }
    }

    private (HttpStatusCode Status, string Answer) LogBatch(JsonElement body)
    {
        var run = body.GetProperty("run_id").GetString()!;
        JsonElement[] metrics = [.. Items("metrics")], parameters = [.. Items("params")];
        if (!Runs.ContainsKey(run) || metrics.Length > 1000 || parameters.Length > 100)
            return (HttpStatusCode.BadRequest, """{ "error_code": "INVALID_PARAMETER_VALUE" }""");
        Metrics.AddRange(metrics.Select(m => (run, m.GetProperty("key").GetString()!, m.GetProperty("value").GetDouble(), m.GetProperty("step").GetInt64())));
        foreach (var parameter in parameters)
            Parameters[parameter.GetProperty("key").GetString()!] = parameter.GetProperty("value").GetString()!;
        return (HttpStatusCode.OK, "{}");

        IEnumerable<JsonElement> Items(string name) => body.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];
    }
}
