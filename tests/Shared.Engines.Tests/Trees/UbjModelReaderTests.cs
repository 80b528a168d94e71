using Skipper.Shared.Engines.Trees;

namespace Skipper.Shared.Engines.Tests.Trees;

public sealed class UbjModelReaderTests
{
    [Fact]
    public void Numbers_of_all_ubj_types_are_read()
    {
        // {"a": [-1 U200 I-2 l-3 L-4 d1.5 D2.5 true], "b": [$I#2: 1 -1], "c": [#2: 7 8]}
        var file = Convert.FromHexString(
            "7B690161" + "5B" + "69FF" + "55C8" + "49FFFE" + "6CFFFFFFFD" + "4CFFFFFFFFFFFFFFFC" + "643FC00000"
            + "444004000000000000" + "54" + "5D" + "690162" + "5B2449236902" + "0001FFFF" + "690163" + "5B236902" + "69076908" + "7D");

        var node = UbjModelReader.Read(file);

        Assert.Equal([-1, 200, -2, -3, -4, 1.5f, 2.5f, 1], node.Floats("a"));
        Assert.Equal([1, -1], node.Integers("b"));
        Assert.Equal([7, 8], node.Integers("c"));
    }
}
