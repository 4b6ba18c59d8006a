using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Stages.Tests.Figures;

public class FiguresTests
{
    [Theory]
    [InlineData(-5, "0.0 s")]
    [InlineData(1.5, "1.5 s")]
    [InlineData(9.97, "10 s")]
    [InlineData(59.7, "1 min")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(725, "12 min")]
    [InlineData(3600, "1 h")]
    [InlineData(18_720, "5 h 12 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void Times_are_said_as_people_say_them(double seconds, string said) => Assert.Equal(said, Durations.Short(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 FLOP")]
    [InlineData(999, "999 FLOP")]
    [InlineData(1.3e15, "1.3 PFLOP")]
    [InlineData(195.6e9, "196 GFLOP")]
    [InlineData(999.7e9, "1 TFLOP")]
    public void Operations_are_said_in_three_digits(double flops, string said) => Assert.Equal(said, Operations.Short(flops));
}
