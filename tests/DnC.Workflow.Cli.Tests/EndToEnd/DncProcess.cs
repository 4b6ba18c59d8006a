using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>What a finished 'dnc' returned and printed.</summary>
public sealed record DncResult(int Code, string Out, string Error)
{
    public string All => Out + Error;

    /// <summary>Asserts the exit code, showing what was printed where it is another.</summary>
    public DncResult Expect(int code)
    {
        Assert.True(Code == code, $"exit code {Code}, expected {code}\n--- out\n{Out}\n--- error\n{Error}");
        return this;
    }
}

/// <summary>The real executable as a real process. Its process tree is told from all others by a mark in the environment.</summary>
public sealed partial class DncProcess : IDisposable
{
    private const string Mark = "DNC_TEST_MARK";

    /// <summary>Only a hang ends here: nothing is measured against it.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(30);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly StringBuilder _out = new();
    private readonly CancellationTokenSource _hang = new(Hang);

    private DncProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync(_hang.Token);
        _hang.Token.Register(() => process.Kill(entireProcessTree: true));
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "dnc.exe" : "dnc");

    public int Id => _process.Id;

    public static DncProcess Start(params string[] arguments) => Start("", new Dictionary<string, string>(), arguments);

    /// <summary>Starts it.</summary>
    /// <param name="mark">What <see cref="Alive"/> knows its process tree by.</param>
    /// <param name="environment">Added variables.</param>
    /// <param name="arguments">The command line.</param>
    public static DncProcess Start(string mark, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment.Append(new(Mark, mark)))
            start.Environment[name] = value;
        return new DncProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static DncResult Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return process.Wait();
    }

    /// <summary>Runs it to its end with its standard output in a file.</summary>
    public static DncResult RunInto(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" > \"$DNC_TEST_OUT\"", Program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            Environment = { ["DNC_TEST_OUT"] = file },
        })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new DncResult(process.ExitCode, "", error);
    }

    /// <summary>Runs it to its end with both outputs in one place, as on a terminal.</summary>
    /// <returns>Its exit code, and both of them as they came.</returns>
    public static (int Code, string Both) RunTogether(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", Program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var both = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, both);
    }

    /// <summary>Runs it before another program that reads what it prints, until both have ended. Its exit code is the shell's: the other's.</summary>
    public static DncResult RunBefore(string reader, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"\"$0\" \"$@\" | {reader}", Program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new DncResult(process.ExitCode, output.GetAwaiter().GetResult(), error);
    }

    /// <summary>The next line of standard output, or null at its end.</summary>
    public string? ReadLine()
    {
        var line = _process.StandardOutput.ReadLine();
        if (line is not null)
            _out.AppendLine(line);
        return line;
    }

    /// <summary>Reads standard output up to a line that has a text in it.</summary>
    public string ReadUntil(string text)
    {
        while (ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"dnc ended without '{text}':\n{Wait().All}");
    }

    public DncResult Wait()
    {
        while (ReadLine() is not null)
        {
        }

        _process.WaitForExit();
        return new DncResult(_process.ExitCode, _out.ToString(), _error.GetAwaiter().GetResult());
    }

    public void Signal(PosixSignal signal) => Assert.Equal(0, Kill(Id, signal == PosixSignal.SIGINT ? 2 : 15));

    /// <summary>kill -9, of the whole process tree or of the engine alone.</summary>
    public void Kill(bool tree)
    {
        _process.Kill(tree);
        _process.WaitForExit();
    }

    /// <summary>How many processes of a mark there are; on Linux only.</summary>
    public static int Alive(string mark) => Directory.EnumerateDirectories("/proc").Count(folder =>
        int.TryParse(Path.GetFileName(folder), out _) && Environment(folder).Contains($"{Mark}={mark}\0", StringComparison.Ordinal));

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill(tree: true);
        _process.Dispose();
        _hang.Dispose();
    }

    private static string Environment(string folder)
    {
        try
        {
            // Empty for a zombie.
            return File.ReadAllText(Path.Combine(folder, "environ")) + "\0";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's.
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
