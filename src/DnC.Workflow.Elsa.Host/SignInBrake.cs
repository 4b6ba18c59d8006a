using System.Threading.RateLimiting;

namespace DnC.Workflow.Elsa.Host;

/// <summary>A brake on guessing the password: each address has so many wrong tries a minute, at Studio's sign-in and at the dashboard's together.</summary>
internal sealed class SignInBrake : IDisposable
{
    // More than a person mistypes, and years for a password of eight letters. [ours]
    private const int Tries = 10;

    private readonly PartitionedRateLimiter<HttpContext> _wrong = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = Tries, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Whether this address may try.</summary>
    public bool MayTry(HttpContext context)
    {
        using var lease = _wrong.AttemptAcquire(context, permitCount: 0);
        return lease.IsAcquired;
    }

    /// <summary>Counts a wrong try.</summary>
    public void Wrong(HttpContext context) => _wrong.AttemptAcquire(context).Dispose();

    /// <summary>Refuses sign-ins of an address that has had its tries, and counts those that were wrong.</summary>
    public async Task Guard(HttpContext context, RequestDelegate next)
    {
        if (!MayTry(context))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        // Elsa answers a wrong password with 200 and 'not authenticated': what was right is told apart by the token that it carries.
        var body = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Response.Body = body;
        }

        if (context.Response.StatusCode != StatusCodes.Status200OK || !System.Text.Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length).Contains("\"isAuthenticated\":true", StringComparison.OrdinalIgnoreCase))
            Wrong(context);
        answer.Position = 0;
        await answer.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _wrong.Dispose();
}
