using System.Text.Json;
using CsCheck;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Stages.Tests.Keys;

public class StageKeyTests
{
    private static readonly Dictionary<string, string> None = [];

    private static StageNode Node(string settings) => new()
    {
        Name = "x",
        Kind = "base",
        Resource = "cpu",
        Settings = JsonDocument.Parse(settings).RootElement,
    };

    [Fact]
    public void The_order_of_settings_white_space_and_the_spelling_of_a_number_do_not_matter() =>
        Assert.Equal(
            StageKey.Of(Node("""{"a":1,"b":[1.50,{"c":null,"d":true}]}"""), 1, None),
            StageKey.Of(Node("""{ "b": [1.5, {"d":true, "c":null}], "a": 1.0 }"""), 1, None));

    [Fact]
    public void Kind_version_settings_data_and_inputs_do()
    {
        var node = Node("""{"a":1}""");
        string[] keys =
        [
            StageKey.Of(node, 1, None),
            StageKey.Of(node, 2, None),
            StageKey.Of(node with { Kind = "expert" }, 1, None),
            StageKey.Of(Node("""{"a":2}"""), 1, None),
            StageKey.Of(node with { Data = new Dictionary<string, string> { ["train"] = "1" } }, 1, None),
            StageKey.Of(node, 1, new Dictionary<string, string> { ["train"] = "1" }),
            StageKey.Of(node, 1, new Dictionary<string, string> { ["train"] = "2" }),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, k => Assert.Matches("^[0-9a-f]{64}$", k));
    }

    [Fact]
    public void The_name_and_the_resource_class_do_not() =>
        Assert.Equal(StageKey.Of(Node("{}"), 1, None), StageKey.Of(Node("{}") with { Name = "y", Resource = "gpu" }, 1, None));

    [Fact]
    public void Canonical_text_is_read_back_as_the_same_value() =>
        Gen.Dictionary(Gen.String, Gen.OneOf(Gen.Double.Where(double.IsFinite).Select(d => (object)d), Gen.Long.Select(l => (object)l), Gen.String.Select(s => (object)s)))
            .Sample(values =>
            {
                var element = JsonSerializer.SerializeToElement(values);
                var again = JsonDocument.Parse(StageKey.Canonical(element)).RootElement;
                Assert.Equal(StageKey.Canonical(element), StageKey.Canonical(again));
                Assert.Equal(values.Count, again.EnumerateObject().Count());
            });

    [Fact]
    public void Derived_seeds_differ_by_seed_and_by_every_word()
    {
        ulong[] seeds = [DerivedSeed.Of(1), DerivedSeed.Of(2), DerivedSeed.Of(1, "a"), DerivedSeed.Of(1, "b"), DerivedSeed.Of(1, "a", "b"), DerivedSeed.Of(1, "ab")];

        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Equal(DerivedSeed.Of(1, "a"), DerivedSeed.Of(1, "a"));
    }
}
