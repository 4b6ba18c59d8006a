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
    [InlineData("{ \"cluster\": { \"metric\": \"manhattan\" } }", "'cluster.metric' is \"manhattan\"", "euclidean")]
    [InlineData("{ \"cluster\": { \"maximumShare\": 1.2 } }", "'cluster.maximumShare' is 1.2", "from 1.5 to 100000")]
    [InlineData("{ \"cluster\": { \"levels\": [20, 30] } }", "'cluster.levels' is 20, 30", "expected falling numbers, all above 'cluster.k', 5")]
    [InlineData("{ \"cluster\": { \"levels\": [5] } }", "'cluster.levels' is 5", "all above 'cluster.k', 5")]
    [InlineData("{ \"cluster\": { \"levels\": [50] }, \"embed\": { \"sample\": 40 } }", "'cluster.levels' begins with 50", "'embed.sample' is 40")]
    [InlineData("{ \"embed\": { \"precision\": \"bf16\" } }", "'embed.precision' is \"bf16\"", "fp16")]
    [InlineData("{ \"cluster\": { \"k\": 2.5 } }", "'cluster.k' is 2.5", "whole number")]
    [InlineData("{ \"cluster\": { \"k\": 1e99 } }", "'cluster.k' is 1e99", "whole number")]
    [InlineData("{ \"cluster\": { \"k\": \"many\" } }", "'cluster.k' is \"many\"", "whole number")]
    [InlineData("{ \"base\": { \"optimizer\": \"adam\" } }", "'base.optimizer' is \"adam\"", "lars, sgd, adamw")]
    [InlineData("{ \"base\": 3 }", "'base' is 3", "an object")]
    [InlineData("{ \"name\": \"two\\nlines\" }", "'name' is \"two", "at most 200 characters in one line")]
    [InlineData("{ \"name\": \"one line\\n\" }", "'name' is \"one line", "at most 200 characters in one line")]
    [InlineData("{ \"base\": { \"temperature\": 0 } }", "'base.temperature' is 0", "above 0")]
    [InlineData("{ \"base\": { \"batch\": null } }", "'base.batch' is null", "whole number")]
    [InlineData("{ \"evaluate\": { \"linearRates\": [1, \"x\"] } }", "'evaluate.linearRates[1]' is \"x\"", "a number")]
    [InlineData("{ \"evaluate\": { \"compare\": [\"everything\"] } }", "'evaluate.compare[0]' is \"everything\"", "equal-length")]
    [InlineData("{ \"base\": { \"epochs\": 5, \"images\": 10, \"warmupEpochs\": 1 } }", "'base.epochs' and 'base.images'", "give one")]
    [InlineData("{ \"base\": { \"epochs\": 5 } }", "'base.warmupEpochs' is 10", "but 'base.epochs' is 5, and the warm-up is the first part of them. Shorten it, as with --set base.warmupEpochs=0.5, or train longer.")]
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
    [InlineData("{ \"seed\": }", "not JSON", "line 1, column 11")]
    [InlineData("{ \"seed\": 1, \"seed\": 2 }", "not JSON", "seed")]
    [InlineData("{ \"base\": { \"batch\": 8, \"batch\": 9 } }", "not JSON", "batch")]
    [InlineData("{ \"evaluate\": { \"compare\": [\"base-only\", \"base-only\"] } }", "names a rival twice", "base-only")]
    [InlineData("{ \"fewLabels\": { \"shares\": [0.1, 0.1] } }", "names a share twice", "0.1")]
    [InlineData("{ \"fewLabels\": { \"shares\": [1.5] } }", "'fewLabels.shares[0]' is 1.5", "above 0 up to 1")]
    [InlineData("{ \"fewLabels\": { \"layers\": [] } }", "'fewLabels.layers' is []", "pooled, hidden or both")]
    [InlineData("{ \"fewLabels\": { \"rates\": [] } }", "'fewLabels.rates' is empty", "at least one rate")]
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
    public void A_value_that_is_too_long_for_a_message_is_shown_by_its_beginning()
    {
        var error = Assert.Throws<UserInputException>(() => SpecReader.Read($"{{ \"name\": \"{new string('a', 1 << 20)}\" }}", "a.json"));

        Assert.Contains("aaa …", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 200, 600);
        Assert.Equal(200, SpecReader.Read($"{{ \"name\": \"{new string('a', 200)}\" }}", "a.json").Name.Length);
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
    [InlineData("base.epoch=3", "there is no setting 'epoch' in 'base'. Did you mean 'base.epochs'?")]
    [InlineData("clutser.k=3", "there is no setting 'clutser'. Did you mean 'cluster.k'?")]
    [InlineData("seed.k=3", "'seed' is a setting and has none of its own.")]
    [InlineData("somewhere.k=3", "there is no setting 'somewhere'. There are: name, seed, ")]
    [InlineData("cluster.k", "expected path=value, as in --set base.epochs=10.")]
    [InlineData("cluster.k=x", "'cluster.k' is \"x\"; expected a whole number from 1 to 100000.")]
    [InlineData("cluster=3", "'cluster' is 3; expected an object { … }.")]
    [InlineData("evaluate.linearRates=1,x", "'evaluate.linearRates[1]' is \"x\"; expected a number above 0 up to 1000.")]
    [InlineData("base.epochs=1", "'base.warmupEpochs' is 10, but 'base.epochs' is 1")]
    [InlineData("cluster={ \"k\": 2000000 }", "'cluster.k' is 2000000; expected")]
    public void A_wrong_override_is_blamed_by_its_name(string line, string what) =>
        Assert.StartsWith($"--set {line}: {what}", Refused("{}", line), StringComparison.Ordinal);

    [Fact]
    public void Overrides_that_clash_are_named_together_and_the_file_for_its_own_mistakes()
    {
        Assert.StartsWith("--set base.epochs=4 --set base.warmupEpochs=5: 'base.warmupEpochs' is 5", Refused("{}", "base.epochs=4", "seed=3", "base.warmupEpochs=5"), StringComparison.Ordinal);
        Assert.StartsWith("a.json: 'base.warmupEpochs' is 5", Refused("""{ "base": { "epochs": 4, "warmupEpochs": 5 } }""", "cluster.k=3"), StringComparison.Ordinal);
        Assert.Equal(
            "--set cluster.k=0: 'cluster.k' is 0; expected a whole number from 1 to 100000.\na.json: 'rounds' is 0; expected a whole number from 1 to 100.",
            Refused("""{ "rounds": 0 }""", "cluster.k=0"));
    }

    [Theory]
    [InlineData("{\n  \"seed\": 1,\n  \"name\": \"ü\", x\n}", "line 3, column 16: 'x' is an invalid start of a property name. Expected a '\"'.")]
    [InlineData("{\r\n  \"seed\": 1,\r\n ", "line 3, column 2: Expected start of a property name or value, but instead reached end of data.")]
    [InlineData("", "there is nothing in it; expected an object, { … }.")]
    [InlineData("{ \"seed\": 1, \"seed\": 2 }", "Duplicate property 'seed'")]
    public void What_is_no_json_is_told_with_its_place_as_editors_count(string json, string says)
    {
        var message = Refused(json);
        Assert.StartsWith($"a.json: not JSON: {says}", message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
    }

    private static string Refused(string json, params string[] overrides) =>
        Assert.Throws<UserInputException>(() => SpecReader.Read(json, "a.json", overrides: overrides)).Message;

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
