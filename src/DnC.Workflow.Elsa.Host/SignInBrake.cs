using System.Text;
using System.Threading.RateLimiting;

namespace DnC.Workflow.Elsa.Host;

/// <summary>A brake on guessing the password: each address has so many wrong tries a minute, at Studio's sign-in and at the dashboard's together.</summary>
internal sealed class SignInBrake : IDisposable
{
    // More than a person mistypes, and years for a password of eight letters. [ours]
    private const int Tries = 10;

    // Who asks for more at once is no person. [ours]
    private const int MostWaiting = 32;

    private readonly PartitionedRateLimiter<HttpContext> _wrong = PerAddress(() => new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions { PermitLimit = Tries, Window = TimeSpan.FromMinutes(1) }));
    private readonly PartitionedRateLimiter<HttpContext> _turns = PerAddress(() => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = MostWaiting }));

    /// <summary>Waits for an address's turn to try: one after the other, or tries at the same moment would all be the first.</summary>
    /// <returns>Held while it tries, and disposed of afterwards; null: it may not.</returns>
    public async ValueTask<IDisposable?> TurnAsync(HttpContext context)
    {
        var turn = await _turns.AcquireAsync(context, permitCount: 1, context.RequestAborted).ConfigureAwait(false);
        if (turn.IsAcquired)
        {
            using var left = _wrong.AttemptAcquire(context, permitCount: 0);
            if (left.IsAcquired)
                return turn;
        }

        turn.Dispose();
        return null;
    }

    /// <summary>Counts a wrong try.</summary>
    public void Wrong(HttpContext context) => _wrong.AttemptAcquire(context).Dispose();

    /// <summary>Refuses sign-ins of an address that has had its tries, and counts those that were wrong.</summary>
    public async Task Guard(HttpContext context, RequestDelegate next)
    {
        using var turn = await TurnAsync(context).ConfigureAwait(false);
        if (turn is null)
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

        var isOk = context.Response.StatusCode == StatusCodes.Status200OK;
        if (!isOk || !Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length).Contains("\"isAuthenticated\":true", StringComparison.OrdinalIgnoreCase))
        {
            Wrong(context);
            if (isOk)
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        answer.Position = 0;
        await answer.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wrong.Dispose();
        _turns.Dispose();
    }

    private static PartitionedRateLimiter<HttpContext> PerAddress(Func<RateLimiter> limiter) => PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.Get(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => limiter()));
}
