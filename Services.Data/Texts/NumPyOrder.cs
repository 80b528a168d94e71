using System.Numerics;

namespace Skipper.Services.Data.Texts;

/// <summary>
/// The order <c>numpy.argsort</c> gives by default, ties included: a quicksort (median of three, the small parts by insertion) is
/// not stable, and scikit-learn's <c>max_features</c> keeps those of the equally frequent terms that come first in it.
/// </summary>
internal static class NumPyOrder
{
    private const int Small = 16;

    /// <summary>Places of the keys in ascending order of the keys.</summary>
    public static int[] Sort(ReadOnlySpan<long> keys)
    {
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Sort(keys, order, 2 * BitOperations.Log2((uint)order.Length));
        return order;
    }

    private static void Sort(ReadOnlySpan<long> keys, Span<int> order, int depth)
    {
        if (depth < 0)
        {
            HeapSort(keys, order);
            return;
        }

        while (order.Length > Small)
        {
            var middle = Partition(keys, order);
            var left = order[..middle];
            var right = order[(middle + 1)..];
            depth--;
            if (left.Length < right.Length)
            {
                Sort(keys, right, depth);
                order = left;
            }
            else
            {
                Sort(keys, left, depth);
                order = right;
            }
        }

        for (var i = 1; i < order.Length; i++)
        {
            var place = order[i];
            var j = i;
            for (; j > 0 && keys[place] < keys[order[j - 1]]; j--)
            {
                order[j] = order[j - 1];
            }

            order[j] = place;
        }
    }

    private static int Partition(ReadOnlySpan<long> keys, Span<int> order)
    {
        var (first, middle, last) = (0, (order.Length - 1) / 2, order.Length - 1);
        SwapIfLess(keys, order, middle, first);
        SwapIfLess(keys, order, last, middle);
        SwapIfLess(keys, order, middle, first);
        var pivot = keys[order[middle]];
        var (left, right) = (first, last - 1);
        (order[middle], order[right]) = (order[right], order[middle]);
        while (true)
        {
            while (keys[order[++left]] < pivot)
            {
            }

            while (pivot < keys[order[--right]])
            {
            }

            if (left >= right)
            {
                break;
            }

            (order[left], order[right]) = (order[right], order[left]);
        }

        (order[left], order[last - 1]) = (order[last - 1], order[left]);
        return left;
    }

    private static void SwapIfLess(ReadOnlySpan<long> keys, Span<int> order, int one, int other)
    {
        if (keys[order[one]] < keys[order[other]])
        {
            (order[one], order[other]) = (order[other], order[one]);
        }
    }

    /// <summary>For keys on which quicksort would take long.</summary>
    private static void HeapSort(ReadOnlySpan<long> keys, Span<int> order)
    {
        for (var root = order.Length / 2; root > 0; root--)
        {
            Sift(keys, order, root);
        }

        for (var length = order.Length; length > 1;)
        {
            var place = order[--length];
            order[length] = order[0];
            order[0] = place;
            Sift(keys, order[..length], 1);
        }
    }

    /// <summary>Moves the value at a place, counted from 1, down to where no child is larger.</summary>
    private static void Sift(ReadOnlySpan<long> keys, Span<int> heap, int root)
    {
        var place = heap[root - 1];
        for (var child = 2 * root; child <= heap.Length; child = 2 * root)
        {
            if (child < heap.Length && keys[heap[child - 1]] < keys[heap[child]])
            {
                child++;
            }

            if (keys[place] >= keys[heap[child - 1]])
            {
                break;
            }

            heap[root - 1] = heap[child - 1];
            root = child;
        }

        heap[root - 1] = place;
    }
}
