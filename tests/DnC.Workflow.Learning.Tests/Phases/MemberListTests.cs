using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Tests.Phases;

public sealed class MemberListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IImageSource _source = DataFolder.OpenTraining(RenderedSet.Folder);

    private string List => _folder.File("members.tsv");

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Is_sorted_by_id_whatever_the_order_it_is_written_in()
    {
        MemberList.Write(List, _source, [(7, 2), (3, 0), (100, 1)]);
        var (images, clusters) = MemberList.Read(List, _source);

        Assert.Equal([3, 7, 100], images);
        Assert.Equal([0, 2, 1], clusters);
        Assert.Equal($"{_source.Id(3)}\t{_source.Stamp(3)}\t0", File.ReadLines(List).First());
    }

    [Fact]
    public void Of_rows_keeps_their_order()
    {
        MemberList.WriteRows(List, _source, [7, 3, 100]);
        var (images, clusters) = MemberList.Read(List, _source);

        Assert.Equal([7, 3, 100], images);
        Assert.Equal([0, 0, 0], clusters);
    }

    [Theory]
    [InlineData(true, "has changed")]
    [InlineData(false, "is gone")]
    public void An_image_that_changed_or_is_gone_is_refused_with_the_way_out(bool there, string expected)
    {
        var id = there ? _source.Id(9) : "pretrain-000000.tar/999999.png";
        File.WriteAllLines(List, [$"{_source.Id(1)}\t{_source.Stamp(1)}", $"{id}\tanother stamp"]);

        var failure = Assert.Throws<StageFailure>(() => MemberList.Read(List, _source));

        Assert.False(failure.Retryable);
        Assert.Contains($"'{id}' {expected} since it was clustered", failure.Message, StringComparison.Ordinal);
        Assert.Contains(RenderedSet.Folder, failure.Message, StringComparison.Ordinal);
        Assert.Contains("dnc run --new", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_written_anew_is_another_stamp()
    {
        MemberList.Write(List, _source, [1, 2]);
        using var later = DataFolder.OpenTraining(RenderedSet.CopyTo(_folder.File("later"), daysLater: 1));

        Assert.Contains("has changed", Assert.Throws<StageFailure>(() => MemberList.Read(List, later)).Message, StringComparison.Ordinal);
    }
}
