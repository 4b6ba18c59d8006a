namespace DnC.Workflow.Bench.Growth;

/// <summary>A phase and what it grows with.</summary>
/// <param name="Name">What runs it in a process of its own.</param>
/// <param name="Phase">For people.</param>
/// <param name="Grows">What grows.</param>
/// <param name="Start">How much there is of it at first.</param>
/// <param name="QuickStart">The same where a hundredfold has to be small.</param>
/// <param name="Prepare">Makes what it works on, of a size, and gives the work to be measured.</param>
internal sealed record GrowthCase(string Name, string Phase, string Grows, int Start, int QuickStart, Func<int, GrowthWork> Prepare);

/// <summary>Prepared work.</summary>
/// <param name="Work">What is measured.</param>
/// <param name="Held">What it works on, disposed afterwards.</param>
internal sealed record GrowthWork(Action Work, params IReadOnlyList<IDisposable> Held) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var held in Held)
            held.Dispose();
    }
}
