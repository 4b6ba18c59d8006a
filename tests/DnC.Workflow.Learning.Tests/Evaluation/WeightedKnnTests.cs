using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Clustering;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public sealed class WeightedKnnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(10, 0.07, 300, 40, 6)]
    [InlineData(1, 0.07, 200, 40, 6)]
    [InlineData(25, 1.0, 300, 40, 6)]
    [InlineData(10, 0.0001, 300, 40, 6)]
    [InlineData(50, 0.07, 20, 40, 6)] // fewer rows than neighbours
    [InlineData(10, 0.07, 600, 1100, 4096)] // several blocks of both
    public void VotesAreThoseOfFloat64BruteForce(int neighbours, double temperature, int rows, int queries, int columns)
    {
        const int classes = 7;
        var draws = new DerivedRandom(5);
        var centres = Values(classes * columns, ref draws);
        var labels = Labels(rows, ref draws);
        using var bank = Matrix("bank", Rows(labels, ref draws), columns);
        using var test = Matrix("test", Rows(Labels(queries, ref draws), ref draws), columns);

        var predicted = WeightedKnn.Predict(bank, labels, test, neighbours, temperature, CPU);
        var checkedRows = Enumerable.Range(0, queries).Where(q => q % Math.Max(1, queries / 60) == 0 || q > queries - 20);
        foreach (var query in checkedRows)
        {
            var nearest = Enumerable.Range(0, rows).Select(r => (Cosine: KMeansFixture.Cosine(test.Row(query), bank.Row(r)), Label: labels[r]))
                .OrderByDescending(p => p.Cosine).Take(neighbours + 1).ToArray();
            var kept = nearest.Take(neighbours).ToArray();
            var votes = kept.GroupBy(p => p.Label).OrderByDescending(g => g.Sum(p => Math.Exp((p.Cosine - kept[0].Cosine) / temperature))).ToArray();
            Assert.Equal(votes[0].Key, predicted[query]);
        }

        int[] Labels(int count, ref DerivedRandom random)
        {
            var result = new int[count];
            for (var i = 0; i < count; i++)
                result[i] = random.Below(classes);
            return result;
        }

        float[] Rows(int[] ofRows, ref DerivedRandom random)
        {
            var noise = Values(ofRows.Length * columns, ref random);
            for (var i = 0; i < noise.Length; i++)
                noise[i] = 1.5f * noise[i] + centres[ofRows[i / columns] * columns + i % columns];
            return noise;
        }
    }

    [Fact]
    public void WeightsDecideBetweenOneNearAndTwoFar()
    {
        // Neighbours at cosines 1, 0.8, 0.8: the one outweighs the two when T is small.
        using var bank = Matrix("bank", [1, 0, 0.8f, 0.6f, 0.8f, -0.6f], 2);
        using var query = Matrix("query", [5, 0], 2);
        Assert.Equal([1], WeightedKnn.Predict(bank, [1, 0, 0], query, 3, 0.07, CPU));
        Assert.Equal([0], WeightedKnn.Predict(bank, [1, 0, 0], query, 3, 10, CPU));
    }

    [Fact]
    public void EqualVotesGoToTheLowestClass()
    {
        using var bank = Matrix("bank", [1, 1, 1, 1], 2);
        using var query = Matrix("query", [1, 1], 2);
        Assert.Equal([2], WeightedKnn.Predict(bank, [9, 2], query, 2, 0.07, CPU));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var two = Matrix("two", [1, 0, 0, 1], 2);
        using var three = Matrix("three", [1, 0, 0], 3);
        using var bad = Matrix("bad", [1, 1, 0, float.NaN], 2);
        Assert.Throws<ArgumentException>(() => WeightedKnn.Predict(two, [0], two, 1, 0.07, CPU));
        Assert.Throws<ArgumentException>(() => WeightedKnn.Predict(two, [0, 1], three, 1, 0.07, CPU));
        Assert.Contains("row 1 of 2", Assert.Throws<InvalidDataException>(() => WeightedKnn.Predict(two, [0, 1], bad, 1, 0.07, CPU)).Message, StringComparison.Ordinal);
    }

    private static float[] Values(int count, ref DerivedRandom draws)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)draws.Normal();
        return values;
    }

    private FeatureMatrix Matrix(string name, float[] values, int columns)
    {
        FeatureMatrix.Write(_folder.File(name), columns, values);
        return FeatureMatrix.Open(_folder.File(name));
    }
}
