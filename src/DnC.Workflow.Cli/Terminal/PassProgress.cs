using System.Globalization;
using DnC.Workflow.Stages.Figures;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>How far a pass over images is: a bar on a terminal, elsewhere a line for each tenth.</summary>
internal static class PassProgress
{
    /// <summary>Shows it while the work goes on.</summary>
    /// <param name="console">Where.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="images">In all.</param>
    /// <param name="begun">Images that an earlier process did.</param>
    /// <param name="work">The work, given whom to tell of images done in all.</param>
    public static void Show(IAnsiConsole console, TimeProvider time, int images, int begun, Action<Action<int>> work)
    {
        if (begun > 0)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Going on at image {begun:N0} of {images:N0}."));
        var since = time.GetTimestamp();
        string Line(int done)
        {
            var took = time.GetElapsedTime(since);
            var pace = took.TotalSeconds > 0 ? (done - begun) / took.TotalSeconds : 0;
            var left = pace > 0 && done < images ? $"  {Durations.Short(TimeSpan.FromSeconds((images - done) / pace))} left" : "";
            return string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {images:N0} images  {pace:0} images/s{left}");
        }

        if (console.Profile.Capabilities.Interactive)
        {
            console.Status().Start(Line(begun), status => work(done => status.Status(Line(done))));
            return;
        }

        var tenth = 10L * begun / Math.Max(1, images);
        work(done =>
        {
            if (10L * done / images <= tenth)
                return;
            tenth = 10L * done / images;
            console.WriteLine(Line(done));
        });
    }
}
