using System.Text.Json.Nodes;
using DnC.Workflow.Stages.Spec;
using Json.Schema;

namespace DnC.Workflow.Stages.Tests.Spec;

public class SpecSchemaTests
{
    private static readonly string Workflows = Path.Combine(Repository.Root, "workflows");

    [Fact]
    public void The_published_schema_is_the_one_the_records_give()
    {
        var file = Path.Combine(Workflows, "spec.schema.json");

        Assert.True(File.Exists(file) && File.ReadAllText(file) == SpecSchema.Text(), $"{file} is out of date: write it again with 'dnc schema --out workflows/spec.schema.json'.");
    }

    [Fact]
    public void The_published_reference_is_the_one_the_records_give()
    {
        var file = Path.Combine(Repository.Root, "docs", "spec.md");

        Assert.True(File.ReadAllText(file) == SpecReference.Text(), $"{file} is out of date: write it again with 'dnc schema --reference --out docs/spec.md'.");
    }

    public static TheoryData<string> Specs => [.. Directory.GetFiles(Workflows, "*.json").Select(f => Path.GetFileName(f)).Where(f => f != "spec.schema.json")];

    [Theory]
    [MemberData(nameof(Specs))]
    public void Every_spec_that_ships_is_valid_by_schema_and_by_reader_with_each_of_its_presets(string name)
    {
        var text = File.ReadAllText(Path.Combine(Workflows, name));
        var node = JsonNode.Parse(text, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        var schema = JsonSchema.FromText(SpecSchema.Text());

        var found = schema.Evaluate(System.Text.Json.JsonSerializer.SerializeToElement(node), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(found.IsValid, string.Join('\n', found.Details!.Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}"))));
        string?[] presets = [null, .. (node["presets"] as JsonObject)?.Select(p => p.Key) ?? []];
        foreach (var preset in presets)
            Assert.NotNull(SpecReader.Read(text, name, preset));
    }

    [Theory]
    [InlineData("{ \"cluster\": { \"k\": 0 } }")]
    [InlineData("{ \"basis\": {} }")]
    [InlineData("{ \"base\": { \"optimizer\": \"adam\" } }")]
    public void What_the_reader_refuses_the_schema_refuses_too(string json)
    {
        var schema = JsonSchema.FromText(SpecSchema.Text());

        Assert.False(schema.Evaluate(System.Text.Json.JsonDocument.Parse(json).RootElement).IsValid);
    }
}
