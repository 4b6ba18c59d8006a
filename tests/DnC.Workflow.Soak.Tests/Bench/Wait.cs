using System.Data.Common;

namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>Waits on conditions. None has a limit but the test framework's own cancellation.</summary>
public static class Wait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Until it holds. A database that is away has not answered: asked again.</summary>
    public static async Task Until(Func<bool> condition, CancellationToken cancel)
    {
        using var looks = new PeriodicTimer(Look);
        while (!Holds(condition))
            await looks.WaitForNextTickAsync(cancel);
    }

    /// <summary>The length of a fault, which is part of what it is: nothing is waited for.</summary>
    public static async Task Lasting(TimeSpan length, CancellationToken cancel)
    {
        using var once = new PeriodicTimer(length);
        await once.WaitForNextTickAsync(cancel);
    }

    private static bool Holds(Func<bool> condition)
    {
        try
        {
            return condition();
        }
        catch (DbException)
        {
            return false;
        }
    }
}
