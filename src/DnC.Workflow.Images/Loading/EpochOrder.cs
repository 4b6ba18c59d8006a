using System.Numerics;

namespace DnC.Workflow.Images.Loading;

/// <summary>
/// The order of one epoch: a pseudo-random bijection of 0 … Count−1, computed per position and never stored, so that a resume
/// in the middle of an epoch and any number of threads see the same order.
/// </summary>
/// <remarks>
/// An alternating unbalanced Feistel network over the smallest power of two that holds Count, with cycle walking: a value that
/// falls outside goes round again (Black and Rogaway 2002). Fewer than two rounds of walking on average.
/// </remarks>
public readonly struct EpochOrder
{
    private const int Rounds = 10;
    private readonly ulong _key;
    private readonly int _leftBits;
    private readonly int _rightBits;

    /// <summary>The order of an epoch of <paramref name="count"/> images under a seed.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    public EpochOrder(ulong seed, long epoch, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Count = count;
        _key = DerivedRandom.Derive(DerivedRandom.Derive(seed, DerivedRandom.HashOf("epoch order")), (ulong)epoch);
        var bits = Math.Max(2, 32 - BitOperations.LeadingZeroCount((uint)(count - 1)));
        _leftBits = bits / 2;
        _rightBits = bits - _leftBits;
    }

    /// <summary>Images in the epoch.</summary>
    public int Count { get; }

    /// <summary>The image at a position of the epoch; positions from 0 to Count−1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the epoch.</exception>
    public int this[int position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
            var value = (uint)position;
            do value = Permute(value); while (value >= (uint)Count);
            return (int)value;
        }
    }

    // Each round swaps the halves' widths; an even number of rounds restores them, so the domain stays leftBits + rightBits wide.
    private uint Permute(uint value)
    {
        int leftBits = _leftBits, rightBits = _rightBits;
        for (var round = 0; round < Rounds; round++)
        {
            var right = value & ((1u << rightBits) - 1);
            var left = value >> rightBits;
            var mixed = (left ^ (uint)(DerivedRandom.Mix(_key + ((ulong)(round + 1) << 32) + right) >> 32)) & ((1u << leftBits) - 1);
            value = (right << leftBits) | mixed;
            (leftBits, rightBits) = (rightBits, leftBits);
        }
        return value;
    }
}
