using System.Net.Http.Headers;
using System.Text;
using Elsa.Identity.Contracts;
using Hangfire.Dashboard;

namespace DnC.Workflow.Elsa.Host;

/// <summary>The sign-in of the dashboard, which a browser opens without Studio's token: the same user and password, asked for by the browser.</summary>
internal sealed class DashboardSignIn : IDashboardAsyncAuthorizationFilter
{
    /// <inheritdoc/>
    public async Task<bool> AuthorizeAsync(DashboardContext context)
    {
        var http = context.GetHttpContext();
        var brake = http.RequestServices.GetRequiredService<SignInBrake>();
        using var turn = await brake.TurnAsync(http).ConfigureAwait(false);
        if (turn is null)
            return false;
        if (Read(http.Request.Headers.Authorization) is [var user, var password])
        {
            if (await http.RequestServices.GetRequiredService<IUserCredentialsValidator>().ValidateAsync(user, password, http.RequestAborted).ConfigureAwait(false) is not null)
                return true;
            brake.Wrong(http);
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"Divide and Contrast\", charset=\"UTF-8\"";
        return false;
    }

    private static string[]? Read(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value is not { Scheme: "Basic", Parameter: { } parameter })
            return null;
        var buffer = new byte[parameter.Length];
        return Convert.TryFromBase64String(parameter, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) : null;
    }
}
