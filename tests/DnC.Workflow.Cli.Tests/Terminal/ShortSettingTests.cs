using DnC.Workflow.Cli.Terminal;

namespace DnC.Workflow.Cli.Tests.Terminal;

public class ShortSettingTests
{
    [Theory]
    [InlineData("cluster.k=8", 11, "cluster.k=8")]
    [InlineData("data.path=/home/ann/w/flat", 26, "data.path=/home/ann/w/flat")]
    [InlineData("data.path=/home/ann/w/flat", 25, "data.path=…/ann/w/flat")]
    [InlineData("data.path=/home/ann/w/flat", 18, "data.path=…/w/flat")]
    [InlineData("data.path=/home/ann/w/flat", 17, "data.path=…/flat")]
    [InlineData("data.path=/home/ann/w/flat", 12, "data.path=/…")]
    [InlineData("evaluate.linearRates=[0.1,0.2]", 24, "evaluate.linearRates=[0…")]
    public void A_path_loses_its_beginning_and_all_else_its_end(string setting, int room, string shown) => Assert.Equal(shown, ShortSetting.Of(setting, room));
}
