using DnC.Workflow.Images.Demo;

namespace DnC.Workflow.Images.Tests.Demo;

public class StableMathTests
{
    [Fact]
    public void Approximations_are_as_near_as_they_say()
    {
        for (var i = -1000; i < 1000; i++)
        {
            var turns = i / 400.0;
            Assert.InRange(StableMath.Sine((float)turns) - Math.Sin(2 * Math.PI * turns), -0.0017, 0.0017);
            var direction = StableMath.Direction((float)turns);
            Assert.InRange(direction.X * direction.X + direction.Y * direction.Y, 0.99999, 1.00001);
            var away = StableMath.TurnsOf((float)Math.Cos(2 * Math.PI * turns), (float)Math.Sin(2 * Math.PI * turns)) - turns;
            Assert.InRange(away - Math.Round(away), -0.0001, 0.0001);
        }
        Assert.Equal(0, StableMath.TurnsOf(0, 0));
    }
}
