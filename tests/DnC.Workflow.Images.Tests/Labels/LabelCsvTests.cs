using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Images.Tests.Formats;
using DnC.Workflow.Images.Tests.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Labels;

public class LabelCsvTests
{
    private const string Header = "file,split,domain_id,domain,class_id,class,tier\n";

    [Fact]
    public void Rows_find_images_by_part_and_name_or_by_id()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png", "2.png").Shard("probe-0.tar", "3.png").Shard("test-0.tar", "1.png");
        data.Write("labels.csv", "\ufeff" + Header + "pretrain/2.png,pretrain,1,signs,7,stop,few\r\n\r\npretrain/1.png,pretrain,0,\"objects, \"\"small\"\"\",3,cat,few\r\n"
            + "3.png,val,1,signs,7,stop,many\ntest-0.tar/1.png,test,1,signs,9,,many");
        using var parts = DataFolder.Open(data.Folder);

        var train = LabelTable.Open(parts, "train")!;
        Assert.Equal([3, 7], train.ClassOf);
        Assert.Equal([0, 1], train.DomainOf!);
        Assert.Equal(["objects, \"small\"", "signs"], train.DomainNames!);
        Assert.Equal(("cat", "stop", "9"), (train.ClassNames[3], train.ClassNames[7], train.ClassNames[9]));
        Assert.Equal([7], LabelTable.Open(parts, "probe")!.ClassOf);
        Assert.Equal([9], LabelTable.Open(parts, "test")!.ClassOf);
    }

    [Fact]
    public void Names_alone_are_numbered_over_the_whole_file()
    {
        using var data = new TempData().Pictures("1.png", "2.png");
        data.Write("labels.csv", "class,file\ndog,1.png\ncat,2.png\nbee,other.png\n");
        using var parts = DataFolder.Open(data.Folder);

        var labels = LabelTable.Open(parts, "train")!;
        Assert.Equal(["bee", "cat", "dog"], labels.ClassNames);
        Assert.Equal([2, 1], labels.ClassOf);
        Assert.Null(labels.DomainOf);
    }

    [Fact]
    public void Probe_and_test_take_the_file_together_or_their_own_labels()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png");
        data.Write("probe-0.tar", new TarBytes().Add("2.png", "x").Add("2.cls", "5").Closed());
        data.Write("test-0.tar", new TarBytes().Add("3.png", "x").Add("3.cls", "6").Closed());
        data.Write("labels.csv", "file,class_id\ntrain/1.png,1\nprobe/2.png,2\n");
        using (var parts = DataFolder.Open(data.Folder))
        {
            Assert.Equal([1], LabelTable.Open(parts, "train")!.ClassOf);
            Assert.Equal([5], LabelTable.Open(parts, "probe")!.ClassOf);
            Assert.Equal([6], LabelTable.Open(parts, "test")!.ClassOf);
        }

        data.Write("labels.csv", "file,class_id\ntrain/1.png,1\nprobe/2.png,2\ntest/3.png,3\n");
        using var whole = DataFolder.Open(data.Folder);
        Assert.Equal([2], LabelTable.Open(whole, "probe")!.ClassOf);
    }

    [Theory]
    [InlineData("file,class\n1.png,\n2.png,\n")]
    [InlineData("file,class\nother.png,cat\n")]
    [InlineData("file,class\n")]
    public void Tables_that_label_nothing_are_no_error(string csv)
    {
        using var data = new TempData().Pictures("1.png", "2.png");
        data.Write("labels.csv", csv);
        using var parts = DataFolder.Open(data.Folder);

        Assert.False(parts.HasLabels("train"));
    }

    [Theory]
    [InlineData("name,label\n1.png,3\n", "its header is 'name,label'")]
    [InlineData("file;class\n1.png;3\n", "its header is 'file;class'")]
    [InlineData("file,split,alphabet,char\n1.png,train,Korean,Korean/03\n", "its header is 'file,split,alphabet,char'")]
    [InlineData("1.png,cat\n2.png,dog\n", "its header is '1.png,cat'")]
    [InlineData("\n\n", "the file is empty")]
    [InlineData("", "the file is empty")]
    public void Another_table_of_this_name_is_refused_at_once_and_is_no_matter_of_training(string csv, string says)
    {
        using var data = new TempData().Pictures("1.png", "2.png");
        data.Write("labels.csv", csv);

        var message = Assert.Throws<UserInputException>(() => DataFolder.Open(data.Folder)).Message;
        Assert.All([Path.Combine(data.Folder, "labels.csv"), says, "'file' and 'class_id' or 'class'"], one => Assert.Contains(one, message, StringComparison.Ordinal));
        using var train = DataFolder.OpenTraining(data.Folder);
        Assert.Equal(2, train.Count);
    }

    [Fact]
    public void Training_images_may_be_labelled_in_part_which_is_no_label_but_not_those_measured_on()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png", "2.png").Shard("test-0.tar", "3.png", "4.png");
        data.Write("labels.csv", "file,class\npretrain/1.png,cat\ntest/3.png,dog\n");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Null(LabelTable.Open(parts, "train"));
        Refused(parts, "test", "1 of the 2 images of 'test'", "'test-0.tar/4.png'", "labels.csv");
    }

    [Theory]
    [InlineData("file,class_id\n1.png,-1\n", "line 2", "'-1'", "0 to 999999")]
    [InlineData("file,class_id\n1.png,2000000000\n", "line 2", "'2000000000'")]
    [InlineData("file,class_id\n1.png,3\n1.png,4\n", "line 3", "'1.png' has a row above")]
    [InlineData("file,class_id\n1.png,3,4\n", "line 2 has 3 fields, the header has 2")]
    [InlineData("file,class_id\n,3\n", "line 2", "'file' is empty")]
    [InlineData("file,class\n1.png,\"cat\n", "line 2", "not closed")]
    [InlineData("file,class,class_id\n1.png,cat,1\n2.png,dog,1\n", "class 1 is called 'cat' and 'dog'")]
    [InlineData("file,class,class_id\n1.png,,1\n2.png,dog,\n", "some images have a class by number")]
    public void Malformed_tables(string csv, params string[] says)
    {
        using var data = new TempData().Pictures("1.png", "2.png");
        data.Write("labels.csv", csv);
        using var parts = DataFolder.Open(data.Folder);

        Refused(parts, "train", ["labels.csv", .. says]);
    }

    [Fact]
    public void A_row_for_two_images_is_refused()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png").Shard("pretrain-1.tar", "1.png");
        data.Write("labels.csv", "file,class\npretrain/1.png,cat\n");
        using var parts = DataFolder.Open(data.Folder);

        Refused(parts, "train", "'pretrain-0.tar/1.png' and 'pretrain-1.tar/1.png'");
    }

    [Theory]
    [InlineData("1.cls", "cat", "'1.cls' is 'cat'")]
    [InlineData("1.cls", "", "'1.cls' is ''")]
    [InlineData("1.json", "{", "'1.json' at byte 1536 is no JSON")]
    public void Malformed_members_of_shards(string name, string content, string says)
    {
        using var data = new TempData();
        data.Write("pretrain-0.tar", new TarBytes().Add("1.png", "x").Add(name, content).Closed());
        using var parts = DataFolder.Open(data.Folder);

        Refused(parts, "train", "pretrain-0.tar", says);
    }

    [Fact]
    public void A_field_without_end_is_refused_without_reading_it_all()
    {
        using var data = new TempData().Pictures("1.png");
        data.Write("labels.csv", "file,class\n1.png," + new string('x', 200_000));
        using var parts = DataFolder.Open(data.Folder);

        Refused(parts, "train", "line 2", "no table");
    }

    private static void Refused(DataParts parts, string part, params string[] says)
    {
        var message = Assert.Throws<UserInputException>(() => LabelTable.Open(parts, part)).Message;
        Assert.All(says, one => Assert.Contains(one, message, StringComparison.Ordinal));
    }
}
