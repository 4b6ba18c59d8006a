using CsCheck;
using DnC.Workflow.Learning.Evaluation;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class ValidationSplitTests
{
    [Fact]
    public void HoldsOutTheShareOfEachClassAndNeverAWholeOne() =>
        Gen.Select(Gen.Int[0, 5].Array[1, 80], Gen.Double[0.01, 0.9]).Sample((labels, share) =>
        {
            var split = ValidationSplit.ByHash(Ids(labels.Length), labels, share);
            Assert.Equal(Enumerable.Range(0, labels.Length), split.Fit.Concat(split.Validation).Order());
            foreach (var group in labels.Select((label, row) => (label, row)).GroupBy(p => p.label, p => p.row))
            {
                var held = split.Validation.Intersect(group).Count();
                Assert.Equal(group.Count() < 2 ? 0 : Math.Max(1, (int)(share * group.Count())), held);
            }
        });

    [Fact]
    public void AnImagesPlaceDoesNotDependOnTheOrder()
    {
        var (ids, labels) = (Ids(40), Enumerable.Range(0, 40).Select(i => i % 3).ToArray());
        var straight = ValidationSplit.ByHash(ids, labels, 0.25).Validation.Select(row => ids[row]);
        var reversed = ValidationSplit.ByHash([.. ids.Reverse()], [.. labels.Reverse()], 0.25).Validation.Select(row => ids[39 - row]);
        Assert.Equal(straight.Order(), reversed.Order());
    }

    [Fact]
    public void NoShareHoldsOutNothing() => Assert.Empty(ValidationSplit.ByHash(Ids(9), new int[9], 0).Validation);

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"class/{i}.jpg")];
}
