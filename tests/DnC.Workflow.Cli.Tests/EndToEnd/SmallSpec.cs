using System.Globalization;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>A spec that runs whole in seconds: bit-identical from run to run, since every stage has one thread.</summary>
public static class SmallSpec
{
    public const int Clusters = 3;

    /// <summary>The text.</summary>
    /// <param name="epochs">Of base, experts and distillation each.</param>
    /// <param name="checkpointSeconds">Of the same.</param>
    public static string Text(double epochs = 1, double checkpointSeconds = 5)
    {
        var recipe = string.Create(
            CultureInfo.InvariantCulture,
            $"\"epochs\": {epochs}, \"batch\": 32, \"optimizer\": \"sgd\", \"learningRate\": 0.1, \"weightDecay\": 5e-4, \"warmupEpochs\": 0.5, \"checkpointSeconds\": {checkpointSeconds}, \"threads\": 1");
        const string Objective = "\"temperature\": 0.2, \"targetMomentum\": 0.99";
        return $$"""
            {
              // Comments are allowed.
              "name": "small",
              "model": { "backbone": "narrow", "stem": "small", "width": 8, "side": 32, "projectorHidden": 32, "projection": 16, "augmentation": "small" },
              "base": { {{Objective}}, {{recipe}} },
              "embed": { "threads": 1 },
              "cluster": { "k": {{Clusters}}, "threads": 1 },
              "experts": { {{Objective}}, {{recipe}} },
              "distill": { "lastLayerRate": 0.03125, "lastLayerScale": 0.2, "regressorHidden": 32, {{recipe}} },
              "evaluate": { "experts": false, "linearEpochs": 3, "linearBatch": 64, "linearRates": [0.4], "threads": 1 }
            }
            """;
    }
}
