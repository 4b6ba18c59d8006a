using System.Diagnostics;
using DnC.Workflow.Cli.Tests.EndToEnd;
using k8s;
using k8s.Models;

namespace DnC.Workflow.Cli.Tests.Deploy;

/// <summary>The files of 'deploy/' as the tools' own readers take them: a name that none of them knows is a mistake.</summary>
public sealed class DeployToolTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_manifest_is_one_of_Kubernetes_and_its_workers_are_probed_given_time_and_confined()
    {
        var objects = Manifest(File.ReadAllText(DeployFiles.PathOf("kubernetes", "workers.yaml")));
        Assert.All(objects, o => Assert.IsAssignableFrom<IKubernetesObject<V1ObjectMeta>>(o));
        Assert.All(objects.OfType<IKubernetesObject<V1ObjectMeta>>(), o => Assert.Equal("dnc", o.Metadata.NamespaceProperty));
        var workers = objects.OfType<V1Deployment>().ToList();
        Assert.Equal(["dnc-cpu-worker", "dnc-gpu-worker"], workers.Select(w => w.Metadata.Name).Order(StringComparer.Ordinal));
        foreach (var worker in workers)
        {
            Assert.All(worker.Spec.Selector.MatchLabels, label => Assert.Equal(label.Value, worker.Spec.Template.Metadata.Labels[label.Key]));
            var pod = worker.Spec.Template.Spec;
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal(false, pod.AutomountServiceAccountToken);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            var container = Assert.Single(pod.Containers);
            Assert.Equal((false, true, "ALL"), (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem, Assert.Single(container.SecurityContext.Capabilities.Drop)));
            Assert.NotEmpty(container.LivenessProbe.Exec.Command);

            // A worker that starts touches its file with the first heartbeat; one that is stuck is found well within its grace.
            Assert.InRange(container.LivenessProbe.PeriodSeconds!.Value * container.LivenessProbe.FailureThreshold!.Value, 10, pod.TerminationGracePeriodSeconds!.Value);
            Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
            Assert.Contains("memory", container.Resources.Limits.Keys);
            Assert.Equal(worker.Metadata.Name == "dnc-gpu-worker", container.Resources.Limits.ContainsKey("nvidia.com/gpu"));
        }
    }

    [Fact]
    public void A_word_that_Kubernetes_does_not_know_would_be_found() => Assert.ThrowsAny<Exception>(() => Manifest(
        File.ReadAllText(DeployFiles.PathOf("kubernetes", "workers.yaml")).Replace("terminationGracePeriodSeconds", "terminationGraceSeconds", StringComparison.Ordinal)));

    [Fact]
    public void The_unit_is_one_of_systemd()
    {
        // Its program is not on this machine.
        var unit = _folder.Write("dnc-worker@.service", File.ReadAllText(DeployFiles.PathOf("systemd", "dnc-worker@.service")).Replace("/opt/dnc/dnc ", "/bin/true ", StringComparison.Ordinal));
        Assert.Equal("", Verify(unit));
        File.WriteAllText(unit, File.ReadAllText(unit).Replace("TimeoutStopSec=", "TimeoutStop=", StringComparison.Ordinal));
        Assert.Contains("TimeoutStop", Verify(unit), StringComparison.Ordinal);
    }

    [Fact]
    public void The_compose_file_is_one_of_compose()
    {
        const string missing = "'docker compose' is not on this machine.";
        Run("docker", missing, code: 0, "compose", "version");
        File.WriteAllText(_folder.At("empty.env"), $"DATA={_folder.Path}\n");
        Assert.Equal("", Run("docker", missing, code: null, "compose", "--env-file", _folder.At("empty.env"), "-f", DeployFiles.PathOf("compose", "compose.yaml"), "config", "--quiet"));
    }

    private static List<object> Manifest(string yaml) => KubernetesYaml.LoadAllFromString(yaml, typeMap: null, strict: true);

    private static string Verify(string unit) => Run("systemd-analyze", "systemd is not on this machine.", code: null, "verify", "--man=no", unit);

    // Skips the test where the program is not there, or ends with another code than one that is expected of it.
    private static string Run(string program, string missing, int? code, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            var told = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.SkipUnless(code is null || process.ExitCode == code, missing);
            return (told.GetAwaiter().GetResult() + errors).Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip(missing);
            throw;
        }
    }
}
