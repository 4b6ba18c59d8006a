using System.Globalization;

namespace DnC.Workflow.Stages.Figures;

/// <summary>Numbers of floating-point operations as people say them, in the terminal and in reports alike.</summary>
public static class Operations
{
    private static readonly string[] Units = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP"];

    /// <summary>'1.3 PFLOP', '196 GFLOP'.</summary>
    public static string Short(double flops)
    {
        var unit = 0;
        for (; flops >= 999.5 && unit < Units.Length - 1; unit++)
            flops /= 1000;
        return flops.ToString(flops < 99.95 ? "0.#" : "0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
