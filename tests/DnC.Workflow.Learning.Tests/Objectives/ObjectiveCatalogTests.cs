using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Tests.Objectives;

public class ObjectiveCatalogTests
{
    [Fact]
    public void It_knows_what_a_spec_may_name()
    {
        var choice = typeof(TrainingSpec).GetProperty(nameof(TrainingSpec.Objective))!.GetCustomAttributes(typeof(SpecChoiceAttribute), false).Cast<SpecChoiceAttribute>().Single();

        Assert.Equal(choice.Words, ObjectiveCatalog.Names);
        Assert.IsType<MoClr>(ObjectiveCatalog.Create(new TrainingSpec(), EncoderTests.Small, seed: 1));
    }

    [Fact]
    public void An_unknown_objective_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<UserInputException>(() => ObjectiveCatalog.Create(new TrainingSpec { Objective = "dino" }, EncoderTests.Small, seed: 1));

        Assert.Equal("objective 'dino' is not known: take one of moclr, simclr, byol.", error.Message);
    }
}
