using System.Buffers.Binary;
using System.Text;
using DnC.Workflow.Learning.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back_with_names_types_shapes_and_bits()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, "a");
        var written = new Dictionary<string, Tensor>
        {
            ["b.weight"] = tensor(new[] { 1f, float.NaN, -0f, float.Epsilon }).reshape(2, 2).t(),
            ["a"] = tensor(new[] { long.MinValue, 7L }),
            ["scalar"] = tensor(2.5),
            ["half"] = ones(3, 2).to(ScalarType.BFloat16),
            ["none"] = zeros(0, 4),
        };

        SafetensorsFile.Write(path, written);
        var read = SafetensorsFile.Read(path);

        Assert.Equal(written.Keys.Order(), read.Keys.Order());
        foreach (var (name, value) in written)
        {
            Assert.Equal(value.shape, read[name].shape);
            Assert.Equal(value.dtype, read[name].dtype);
            Assert.Equal(value.contiguous().bytes.ToArray(), read[name].bytes.ToArray());
        }
    }

    [Fact]
    public void Equal_tensors_give_equal_bytes_whatever_the_order_they_come_in()
    {
        using var scope = NewDisposeScope();
        KeyValuePair<string, Tensor> one = new("one", ones(3)), two = new("two", zeros(2, 2));

        SafetensorsFile.Write(Path.Combine(_folder, "a"), [one, two]);
        SafetensorsFile.Write(Path.Combine(_folder, "b"), [two, one]);

        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "a")), File.ReadAllBytes(Path.Combine(_folder, "b")));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "outside the file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", 8, "needs")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8, "impossible shape")]
    [InlineData("""{"a":{"dtype":"Q9","shape":[2],"data_offsets":[0,8]}}""", 8, "known are F32")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "outside the file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "outside the file")]
    [InlineData("""{"a":null}""", 8, "no JSON of the right form")]
    [InlineData("""{"a":""", 8, "no JSON of the right form")]
    [InlineData("""[1,2,3]""", 8, "no JSON of the right form")]
    public void Hostile_headers_are_refused(string header, int data, string expected)
    {
        var path = Written(header, data);

        var error = Assert.Throws<WeightsFileException>(() => SafetensorsFile.Read(path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message);
    }

    [Fact]
    public void Texts_of_other_programs_in_the_header_are_passed_over()
    {
        using var scope = NewDisposeScope();
        var read = SafetensorsFile.Read(Written("""{"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2));

        Assert.Equal([2], read.Single(t => t.Key == "a").Value.shape);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 127, 1 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 1 })]
    public void Files_of_another_kind_are_refused(byte[] bytes)
    {
        var path = Path.Combine(_folder, "other");
        File.WriteAllBytes(path, bytes);

        Assert.Throws<WeightsFileException>(() => SafetensorsFile.Read(path));
    }

    /// <summary>A file of this header, and zeros for its data.</summary>
    private string Written(string header, int data)
    {
        var path = Path.Combine(_folder, "written");
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. new byte[data]]);
        return path;
    }
}
