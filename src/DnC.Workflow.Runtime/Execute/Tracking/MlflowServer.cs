using System.Net.Http.Headers;
using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute.Tracking;

/// <summary>A tracking server of MLflow, and who asks it. Credentials are sent to it and shown to nobody.</summary>
public sealed class MlflowServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private MlflowServer(Uri address, string experiment, AuthenticationHeaderValue? credentials)
    {
        (Address, Experiment) = (address, experiment);
        Client = new HttpClient { BaseAddress = address, Timeout = Patience };
        Client.DefaultRequestHeaders.Authorization = credentials;
    }

    /// <summary>Its address, without credentials, with a slash at the end.</summary>
    public Uri Address { get; }

    /// <summary>The experiment that runs are in.</summary>
    public string Experiment { get; }

    /// <summary>What requests go through.</summary>
    internal HttpClient Client { get; }

    /// <summary>The server of an address, with credentials as MLflow's own client finds them: of the environment, or of the address itself.</summary>
    /// <param name="address">'http://host:5000' or 'https://user:password@host/path'.</param>
    /// <param name="environment">A variable's value, or null: MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD, MLFLOW_EXPERIMENT_NAME.</param>
    /// <exception cref="UserInputException">It is no such address.</exception>
    public static MlflowServer Of(string address, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        // The address may hold a password, so it is not shown.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new UserInputException("--mlflow (or DNC_MLFLOW) is no address of an MLflow server; expected http://HOST:PORT or https://HOST. For curves in files there is TensorBoard.");
        var plain = new UriBuilder(uri) { UserName = "", Password = "", Query = "", Fragment = "" };
        if (!plain.Path.EndsWith('/'))
            plain.Path += "/";
        return new MlflowServer(plain.Uri, Named("MLFLOW_EXPERIMENT_NAME") ?? "dnc", Credentials());

        string? Named(string name) => environment(name) is { Length: > 0 } value ? value : null;

        AuthenticationHeaderValue? Credentials()
        {
            if (Named("MLFLOW_TRACKING_TOKEN") is { } token)
                return new AuthenticationHeaderValue("Bearer", token);
            var pair = Named("MLFLOW_TRACKING_USERNAME") is { } user ? $"{user}:{Named("MLFLOW_TRACKING_PASSWORD")}" : Uri.UnescapeDataString(uri.UserInfo);
            return pair.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
    }
}
