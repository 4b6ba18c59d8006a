using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Tests.Spec;

public class SpecReaderTests
{
    [Fact]
    public void An_empty_spec_is_the_papers_recipe()
    {
        var spec = SpecReader.Read("{}", "a.json");

        Assert.Equal("moclr", spec.Base.Objective);
        Assert.Equal("lars", spec.Distill.Optimizer);
        Assert.Equal(4096, spec.Experts.Batch);
        Assert.Equal("scratch", spec.Experts.Init);
        Assert.Equal(5, spec.Cluster.K);
        Assert.Equal("hidden", spec.Embed.Layer);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_read()
    {
        var spec = SpecReader.Read("{ /* why */ \"seed\": 7, // seven\n }", "a.json");

        Assert.Equal(7, spec.Seed);
    }

    [Theory]
    [InlineData("{ \"base\": { \"epochz\": 3 } }", "'base.epochz' is not a setting", "'epochs'")]
    [InlineData("{ \"cluster\": { \"k\": 0 } }", "'cluster.k' is 0", "from 1 to 100000")]
    [InlineData("{ \"cluster\": { \"k\": 2.5 } }", "'cluster.k' is 2.5", "whole number")]
    [InlineData("{ \"cluster\": { \"k\": 1e99 } }", "'cluster.k' is 1e99", "whole number")]
    [InlineData("{ \"cluster\": { \"k\": \"many\" } }", "'cluster.k' is \"many\"", "whole number")]
    [InlineData("{ \"base\": { \"optimizer\": \"adam\" } }", "'base.optimizer' is \"adam\"", "lars, sgd, adamw")]
    [InlineData("{ \"base\": 3 }", "'base' is 3", "an object")]
    [InlineData("{ \"base\": { \"temperature\": 0 } }", "'base.temperature' is 0", "above 0")]
    [InlineData("{ \"base\": { \"batch\": null } }", "'base.batch' is null", "whole number")]
    [InlineData("{ \"evaluate\": { \"linearRates\": [1, \"x\"] } }", "'evaluate.linearRates[1]' is \"x\"", "a number")]
    [InlineData("{ \"evaluate\": { \"compare\": [\"everything\"] } }", "'evaluate.compare[0]' is \"everything\"", "equal-length")]
    [InlineData("{ \"base\": { \"epochs\": 5, \"images\": 10, \"warmupEpochs\": 1 } }", "'base.epochs' and 'base.images'", "give one")]
    [InlineData("{ \"base\": { \"epochs\": 5 } }", "'base.warmupEpochs' is 10", "at most 'base.epochs', 5")]
    [InlineData("{ \"name\": \"\\ud800\" }", "'name' is no valid Unicode", "in pairs")]
    [InlineData("{ \"base\": { \"optimizer\": \"\\udc00\" } }", "'base.optimizer' is no valid Unicode", "in pairs")]
    [InlineData("{ \"evaluate\": { \"compare\": [\"\\udc00\"] } }", "'evaluate.compare[0]' is no valid Unicode", "in pairs")]
    [InlineData("{ \"\\ud800\": 1 }", "a name in it is no valid Unicode", "my.json")]
    [InlineData("{ \"preset\": \"\\ud800\" }", "'preset' is no valid Unicode", "in pairs")]
    [InlineData("{ \"preset\": 5 }", "'preset' is 5", "the name of one of 'presets'")]
    [InlineData("{ \"presets\": 5 }", "'presets' is 5", "an object of named sets")]
    [InlineData("{ \"presets\": { \"short\": 5 } }", "'presets.short' is 5", "an object of settings")]
    [InlineData("{ \"presets\": { \"short\": { \"base\": { \"epoch\": 5 } } } }", "'presets.short.base.epoch' is not a setting", "'epochs'")]
    [InlineData("[1]", "JSON object", "{ … }")]
    [InlineData("{ \"seed\": }", "not JSON", "LineNumber")]
    [InlineData("{ \"seed\": 1, \"seed\": 2 }", "not JSON", "seed")]
    [InlineData("{ \"base\": { \"batch\": 8, \"batch\": 9 } }", "not JSON", "batch")]
    [InlineData("{ \"evaluate\": { \"compare\": [\"base-only\", \"base-only\"] } }", "names a rival twice", "base-only")]
    [InlineData("{ \"distill\": { \"device\": \"foo\" } }", "'distill.device' is \"foo\"", "auto, cpu or cuda:N")]
    [InlineData("{ \"base\": { \"resource\": \"GPU 80\" } }", "'base.resource' is \"GPU 80\"", "a name of")]
    public void Errors_name_the_path_the_value_and_what_it_may_be(string json, string what, string expected)
    {
        var error = Assert.Throws<UserInputException>(() => SpecReader.Read(json, "my.json"));

        Assert.StartsWith("my.json: ", error.Message);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_reported_at_once()
    {
        var error = Assert.Throws<UserInputException>(() => SpecReader.Read("{ \"sed\": 1, \"rounds\": 0, \"cluster\": { \"k\": -1 } }", "a.json"));

        Assert.Contains("3 settings are wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_win_and_lists_may_be_given_with_commas()
    {
        var spec = SpecReader.Read(
            "{ \"cluster\": { \"k\": 4 } }",
            "a.json",
            overrides: ["cluster.k=8", "base.epochs=2.5", "base.warmupEpochs=0", "evaluate.compare=base-only,equal-length", "evaluate.linearRates=[0.5]", "name=7"]);

        Assert.Equal(8, spec.Cluster.K);
        Assert.Equal(2.5, spec.Base.Epochs);
        Assert.Equal(["base-only", "equal-length"], spec.Evaluate.Compare);
        Assert.Equal([0.5], spec.Evaluate.LinearRates);
        Assert.Equal("7", spec.Name);
    }

    [Theory]
    [InlineData("base.epoch=3", "no setting 'epoch' in 'base'")]
    [InlineData("nothing.k=3", "no setting 'nothing'")]
    [InlineData("cluster.k", "expected path=value")]
    [InlineData("cluster.k=x", "'cluster.k' is \"x\"")]
    public void Wrong_overrides_say_what_there_is(string line, string what) =>
        Assert.Contains(what, Assert.Throws<UserInputException>(() => SpecReader.Read("{}", "a.json", overrides: [line])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_preset_is_laid_over_the_file_and_overrides_over_the_preset()
    {
        const string json = """
            { "preset": "short", "base": { "epochs": 50, "batch": 64 },
              "presets": { "short": { "base": { "epochs": 20 } }, "long": { "base": { "epochs": 90 } } } }
            """;

        Assert.Equal(20, SpecReader.Read(json, "a").Base.Epochs);
        Assert.Equal(64, SpecReader.Read(json, "a").Base.Batch);
        Assert.Equal(90, SpecReader.Read(json, "a", preset: "long").Base.Epochs);
        Assert.Equal(30, SpecReader.Read(json, "a", preset: "long", overrides: ["base.epochs=30"]).Base.Epochs);
        Assert.Contains("'short', 'long'", Assert.Throws<UserInputException>(() => SpecReader.Read(json, "a", preset: "x")).Message, StringComparison.Ordinal);
    }
}
