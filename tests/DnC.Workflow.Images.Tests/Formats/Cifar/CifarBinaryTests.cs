using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Cifar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats.Cifar;

public sealed class CifarBinaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Ten_has_one_label_byte()
    {
        _folder.File("data_batch_1.bin", Records(3, 1, first: 0));
        _folder.File("data_batch_2.bin", Records(2, 1, first: 3));
        using var source = new CifarBinary(_folder.Path, ["data_batch_1.bin", "data_batch_2.bin"]);
        Assert.Equal(5, source.Count);
        Assert.Equal(["data_batch_1.bin/0", "data_batch_1.bin/2", "data_batch_2.bin/1"], new[] { 0, 2, 4 }.Select(source.Id));
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(i => (int)source.LabelOf(i)));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(Pixels(i), source.Read(i).Data.ToArray()));
        Assert.Equal($"5 images in 2 CIFAR-10 files of {_folder.Path}", source.Describe());
        Assert.StartsWith("3072-9219-", source.Stamp(1), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Id(-1));
    }

    [Fact]
    public void Hundred_has_two_label_bytes_and_the_fine_one_is_the_class()
    {
        _folder.File("train.bin", Records(4, 2, first: 90));
        using var source = new CifarBinary(_folder.Path, ["train.bin"]);
        Assert.Equal([90, 91, 92, 93], Enumerable.Range(0, 4).Select(i => (int)source.LabelOf(i)));
        Assert.Equal(Pixels(92), source.Read(2).Data.ToArray());
        Assert.Equal(100, source.ClassNames.Count);
    }

    [Fact]
    public void Images_are_decoded_as_planes()
    {
        _folder.File("test_batch.bin", Records(1, 1, first: 5));
        using var source = new CifarBinary(_folder.Path, ["test_batch.bin"]);
        var image = new ImageDecoder().Decode(source.Id(0), source.Read(0), 0);
        Assert.Equal((32, 32), (image.Width, image.Height));
        Assert.Equal(Pixels(5)[1024 + 33] / 255f, image.Plane(1)[33]);
    }

    [Fact]
    public void The_interface_of_training_has_no_label() =>
        Assert.DoesNotContain(typeof(IImageSource).GetMembers(), member => member.Name.Contains("Label", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void Names_are_read_from_beside_the_data()
    {
        _folder.File("data_batch_1.bin", Records(1, 1, 0));
        using var source = new CifarBinary(_folder.Path, ["data_batch_1.bin"]);
        Assert.Equal("9", source.ClassNames[9]);
        var names = Path.Combine(_folder.Path, "batches.meta.txt");
        File.WriteAllText(names, "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\r\ntruck\n\n");
        Assert.Equal(["airplane", "ship", "truck"], new[] { 0, 8, 9 }.Select(i => source.ClassNames[i]));
        File.WriteAllText(names, "airplane\n");
        Assert.Contains("names 1 classes", Assert.Throws<UserInputException>(() => source.ClassNames).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data_batch_1.bin", 3074, "multiple of 3073")]
    [InlineData("train.bin", 3073, "multiple of 3074")]
    [InlineData("test.bin", 0, "0 bytes")]
    public void A_size_of_no_whole_records_is_refused(string name, int bytes, string says)
    {
        var path = _folder.File(name, new byte[bytes]);
        var refused = Assert.Throws<UserInputException>(() => new CifarBinary(_folder.Path, [name]));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_foreign_and_mixed_files_are_refused()
    {
        _folder.File("data_batch_1.bin", Records(1, 1, 0));
        _folder.File("train.bin", Records(1, 2, 0));
        Assert.Throws<UserInputException>(() => new CifarBinary(_folder.Path, ["data_batch_2.bin"]));
        Assert.Throws<UserInputException>(() => new CifarBinary(_folder.Path, ["other.bin"]));
        Assert.Throws<UserInputException>(() => new CifarBinary(_folder.Path, ["data_batch_1.bin", "train.bin"]));
        Assert.Throws<ArgumentException>(() => new CifarBinary(_folder.Path, []));
    }

    [Fact]
    public void A_label_beyond_the_classes_is_refused_where_labels_are_read_and_only_there()
    {
        _folder.File("test_batch.bin", Records(1, 1, first: 10));
        using var source = new CifarBinary(_folder.Path, ["test_batch.bin"]);
        Assert.Equal(3072, source.Read(0).Data.Length);
        Assert.Contains("test_batch.bin/0", Assert.Throws<UserInputException>(() => source.LabelOf(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_changes_under_it_is_noticed()
    {
        var path = _folder.File("train.bin", Records(2, 2, 0));
        using var source = new CifarBinary(_folder.Path, ["train.bin"]);
        var stamp = source.Stamp(0);
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Throws<DataChangedException>(() => source.Read(1));
        Assert.Equal(stamp, source.Stamp(0));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Records(int count, int labelBytes, int first) =>
        [.. Enumerable.Range(first, count).SelectMany(i => (byte[])[.. labelBytes == 2 ? new byte[] { 7 } : [], (byte)i, .. Pixels(i)])];

    private static byte[] Pixels(int record) => [.. Enumerable.Range(0, 3072).Select(i => (byte)(i * 3 + record * 11))];
}
