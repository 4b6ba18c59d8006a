using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Native;

public class HostTensorTests
{
    [Fact]
    public void ValuesKeepTheirTypeOrderAndShape()
    {
        using var scope = NewDisposeScope();
        var floats = HostTensor.Of([1f, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal((ScalarType.Float32, 6f), (floats.dtype, floats[1, 2].item<float>()));
        Assert.Equal([2L, 3L], floats.shape);
        Assert.Equal([0.1, double.MaxValue], HostTensor.Of([0.1, double.MaxValue]).data<double>().ToArray());
        Assert.Equal([long.MinValue, 7], HostTensor.Of([long.MinValue, 7L]).data<long>().ToArray());
        Assert.Equal([int.MinValue], HostTensor.Of([int.MinValue]).data<int>().ToArray());
        Assert.Equal([0L, 4L], HostTensor.Of(Array.Empty<float>(), 0, 4).shape);
        Assert.Throws<NotSupportedException>(() => HostTensor.Of([(byte)1]));
    }

    [Fact]
    public void ACopyDoesNotFollowItsArray()
    {
        float[] values = [1, 2];
        using var made = HostTensor.Of(values);
        values[0] = 9;
        Assert.Equal([1f, 2f], made.data<float>().ToArray());
    }

    // Where .NET lays an array is every eighth byte: without a copy some of these would lie elsewhere, and end in other bits.
    [Fact]
    public void CentroidsBeginWhereLibtorchPutsThemWhereverTheirArrayLies()
    {
        var kept = new List<object>();
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var rows = randn([600, 8], generator: generator);
        var first = Enumerable.Range(0, 24).Select(i => (i % 5) - 1.5f).ToArray();
        var products = new HashSet<string>();
        for (var i = 0; i < 64; i++)
        {
            kept.Add(new byte[(i * 8) + 1]);
            var centroids = new Centroids([.. first], 8).To(CPU);
            ref var start = ref MemoryMarshal.GetReference(centroids.bytes);
            unsafe
            {
                Assert.Equal(0, (nint)Unsafe.AsPointer(ref start) % 64);
            }

            var product = RowGeometry.Scores(ClusterMetric.Cosine, rows, centroids).contiguous();
            products.Add(Convert.ToHexString(product.bytes));
            kept.Add(centroids);
        }

        Assert.Single(products);
    }
}
