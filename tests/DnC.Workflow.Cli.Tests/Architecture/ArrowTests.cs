using System.Reflection;
using System.Runtime.CompilerServices;
using NetArchTest.Rules;

namespace DnC.Workflow.Cli.Tests.Architecture;

/// <summary>The arrows between projects, as docs/how-it-works.md and CONTRIBUTING.md state them, held against what was compiled.</summary>
public class ArrowTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["DnC.Workflow.Stages"] = [],
        ["DnC.Workflow.Images"] = ["DnC.Workflow.Stages", "SkiaSharp"],
        ["DnC.Workflow.Learning"] = ["DnC.Workflow.Stages", "DnC.Workflow.Images", "TorchSharp", "OnnxSharp", "Google.Protobuf"],
        ["DnC.Workflow.Runtime"] = ["DnC.Workflow.Stages", "Hangfire.Core", "Hangfire.InMemory", "Hangfire.PostgreSql", "Npgsql", "Microsoft.Data.Sqlite", "SQLitePCLRaw.core", "SQLitePCLRaw.batteries_v2", "Dapper", "dbup-core", "dbup-sqlite", "dbup-postgresql", "AWSSDK.Core", "AWSSDK.S3", "Google.Protobuf", "Newtonsoft.Json", "Microsoft.Extensions.Logging.Abstractions"],
        ["DnC.Workflow.Report"] = ["DnC.Workflow.Stages", "DnC.Workflow.Images"],
        ["dnc"] = ["DnC.Workflow.Stages", "DnC.Workflow.Images", "DnC.Workflow.Learning", "DnC.Workflow.Runtime", "DnC.Workflow.Report", "System.CommandLine", "Spectre.Console", "Spectre.Console.Ansi", "TorchSharp", "Parquet"],
    };

    public static TheoryData<string> Projects => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_the_drawing_allows(string project)
    {
        var used = Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!)
            .Where(a => !a.StartsWith("System.", StringComparison.Ordinal) || MayUse[project].Contains(a))
            .Where(a => a is not ("netstandard" or "mscorlib" or "Microsoft.Win32.Primitives"));

        Assert.Empty(used.Except(MayUse[project]));
    }

    [Theory]
    [InlineData("DnC.Workflow.Stages", "System.Net")]
    [InlineData("DnC.Workflow.Stages", "System.IO.File")]
    [InlineData("DnC.Workflow.Stages", "System.IO.Directory")]
    [InlineData("DnC.Workflow.Stages", "System.Diagnostics.Process")]
    [InlineData("DnC.Workflow.Stages", "System.Random")]
    [InlineData("DnC.Workflow.Stages", "System.TimeProvider")]
    [InlineData("DnC.Workflow.Learning", "System.Net")]
    [InlineData("DnC.Workflow.Images", "System.Net")]
    [InlineData("DnC.Workflow.Report", "System.Net.Http")]
    [InlineData("DnC.Workflow.Report", "System.Diagnostics.Process")]
    [InlineData("DnC.Workflow.Report", "System.TimeProvider")]
    public void Some_things_are_out_of_bounds(string project, string dependency)
    {
        var result = Types.InAssembly(Assembly.Load(project)).ShouldNot().HaveDependencyOn(dependency).GetResult();

        Assert.True(result.IsSuccessful, $"{project} uses {dependency}: {string.Join(", ", result.FailingTypeNames ?? [])}");
    }

    [Fact]
    public void Training_cannot_open_labels()
    {
        var result = Types.InAssembly(Assembly.Load("DnC.Workflow.Learning")).That()
            .DoNotResideInNamespace("DnC.Workflow.Learning.Evaluation").And().DoNotHaveNameMatching("^Evaluate")
            .ShouldNot().HaveDependencyOn("DnC.Workflow.Images.Labels").GetResult();

        Assert.True(result.IsSuccessful, $"labels are opened by {string.Join(", ", result.FailingTypeNames ?? [])}");
    }

    [Fact]
    public void No_type_is_called_by_a_word_that_says_nothing()
    {
        foreach (var project in MayUse.Keys)
        {
            var types = Assembly.Load(project).GetTypes().Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && !t.Name.StartsWith('<'));
            Assert.DoesNotContain(types, t => new[] { "Utils", "Helper", "Helpers", "Common", "Manager", "Base" }.Any(w => t.Name.EndsWith(w, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void No_source_file_is_longer_than_one_head_holds()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin"))
            .Select(f => (File: f, Lines: File.ReadLines(f).Count())).ToList();

        Assert.DoesNotContain(files, f => f.Lines > 300);
        Assert.True(files.Select(f => f.Lines).Order().ElementAt(files.Count / 2) < 100, "the median source file has 100 lines or more");
    }
}
