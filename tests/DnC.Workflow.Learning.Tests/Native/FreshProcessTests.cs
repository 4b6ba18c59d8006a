using System.Diagnostics;
using DnC.Workflow.Learning.Native;
using TorchSharp;

namespace DnC.Workflow.Learning.Tests.Native;

/// <summary>What only a new process shows: this program is started again with one of its own tests.</summary>
public sealed class FreshProcessTests : IDisposable
{
    private const string FirstTensorTest = "DnC.Workflow.Learning.Tests.Native.FreshProcessTests.FirstTensor";
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-fresh-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FirstTensor()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(6f, torch.tensor(new[] { 1f, 2f, 3f }).sum().item<float>());
    }

    [Fact]
    public void TheFirstTensorWorksAndNothingIsCopiedBesideTheProgram()
    {
        var cache = Path.Combine(_folder, "cache");
        var (code, output) = Run((MendedCopy.FolderVariable, cache));

        Assert.True(code == 0, output);
        Assert.False(Directory.Exists(Path.Combine(AppContext.BaseDirectory, "cpu")), "TorchSharp copied its natives to cpu/");
        // Where libstdc++ is new enough the loader is never asked.
        Assert.Equal(LibTorchLoader.LoadedFrom is null ? 0 : 1, Directory.Exists(cache) ? Directory.GetFiles(cache).Length : 0);
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsAClearError()
    {
        Assert.SkipWhen(LibTorchLoader.LoadedFrom is null, "this system's libstdc++ needs no mended library");
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "not a folder");
        var (code, output) = Run((MendedCopy.FolderVariable, Path.Combine(file, "cache")));

        Assert.NotEqual(0, code);
        Assert.Contains("libtorch does not load on this machine", output, StringComparison.Ordinal);
        Assert.Contains("Debian 12", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(AppContext.BaseDirectory, "cpu")));
    }

    [Fact]
    public void AnotherLibtorchThanTheOneOfThisBuildIsRefusedNotIgnored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "file names are Linux's");
        var (code, output) = Run((LibTorchLoader.FolderVariable, _folder));
        Assert.NotEqual(0, code);
        Assert.Contains("where there is no libtorch_cpu.so", output, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_folder, "libtorch_cpu.so"), "");
        (code, output) = Run((LibTorchLoader.FolderVariable, _folder));
        Assert.NotEqual(0, code);
        Assert.Contains("-p:TorchRuntime=external", output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(params (string Name, string Value)[] variables)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "DnC.Workflow.Learning.Tests.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", program, "--filter-method", FirstTensorTest, "--no-progress" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
