using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class ModelFolderTests
{
    [Fact]
    public void The_models_beside_the_program_go_by_their_names()
    {
        Assert.Equal([MiniLm.Name, E5.Name], ModelFolder.Names);
        Assert.All(ModelFolder.Names, name => Assert.Equal(name, ModelManifest.Load(ModelFolder.Find(name)).Name));
        Assert.Contains(ModelFolder.DefaultName, ModelFolder.Names);
    }

    [Theory]
    [InlineData("./all-MiniLM-L6-v2")]
    [InlineData("/nowhere/model")]
    [InlineData("..")]
    public void Anything_else_is_a_folder(string folder) => Assert.Equal(folder, ModelFolder.Find(folder));

    [Fact]
    public void A_name_that_is_neither_is_refused_with_those_that_are_there() =>
        Assert.Equal("nowhere: there is no such model folder, nor has a model beside this program that name (those there: all-MiniLM-L6-v2, "
            + "multilingual-e5-small-en-zh). Give one of these or the folder that holds model.json.",
            Assert.Throws<ModelException>(() => ModelFolder.Find("nowhere")).Message);
}
