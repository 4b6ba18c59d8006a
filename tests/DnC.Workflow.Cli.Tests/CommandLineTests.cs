namespace DnC.Workflow.Cli.Tests;

public class CommandLineTests
{
    [Fact]
    public void A_connection_string_is_never_repeated()
    {
        string[] typed = ["run", "spec.json", "--postgres", "Host=db;Password=secret", "--postgres=Host=db;Password=secret", "--root", "x"];
        Assert.Equal(["run", "spec.json", "--postgres", "CONN", "--postgres=CONN", "--root", "x"], CommandLine.WithoutSecrets(typed));
        Assert.Equal(["runs", "--postgres=CONN"], CommandLine.WithoutSecrets(["runs", "--postgres:Host=db;Password=secret"]));
        Assert.Equal(["--postgres", "managed", "--postgres=managed"], CommandLine.WithoutSecrets(["--postgres", "managed", "--postgres=managed"]));
    }
}
