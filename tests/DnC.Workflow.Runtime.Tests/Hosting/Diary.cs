namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>What a counting body did, over all its attempts: no kill takes a line back.</summary>
public static class Diary
{
    /// <summary>Asserts that each attempt went on from a checkpoint, and repeated no more than one interval of its predecessor's steps.</summary>
    /// <returns>Attempts.</returns>
    public static int Check(string path, int steps, int every)
    {
        var reached = 0;
        var attempts = 0;
        var expected = 0;
        foreach (var line in File.ReadAllLines(path))
        {
            var step = int.Parse(line.Split(' ')[1]);
            if (line.StartsWith("start", StringComparison.Ordinal))
            {
                attempts++;
                Assert.InRange(reached - step, 0, every);
                expected = step;
            }
            else
            {
                Assert.Equal(++expected, step);
                reached = Math.Max(reached, step);
            }
        }

        Assert.Equal(steps, reached);
        return attempts;
    }
}
