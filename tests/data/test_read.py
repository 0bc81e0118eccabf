import numpy as np

from dscl_tf.data.read import mask_ending, read_image, read_mask, read_shape, write_mask
from tests.data import files, pictures

CLASSES = {1: "road", 2: "sky", 3: "car"}


def test_the_names_ending_tells_pictures_from_volumes(tmp_path):
    volume = files.save(tmp_path / "v.nii.gz", files.ramp())
    picture, ids = pictures.draw_street(0)
    png = pictures.save(tmp_path / "p.PNG", picture)
    assert (read_shape(volume), read_shape(png)) == ((9, 7, 4), (64, 96, 1))
    assert (mask_ending(volume), mask_ending(png)) == (".nii.gz", ".png")
    for path, like in ((volume, ".nii"), (png, ".png")):
        image = read_image(path)
        mask = np.ones(image.array.shape[:3], np.uint8)
        write_mask(tmp_path / f"mask{like}", mask, image)
        np.testing.assert_array_equal(read_mask(tmp_path / f"mask{like}", image, CLASSES), mask)
    values = pictures.save(tmp_path / "ids.png", ids)
    labels = {pictures.ROAD: 1, pictures.SKY: 2, pictures.CAR: 3}
    classes = read_mask(values, read_image(png), CLASSES, labels, "background")[..., 0]
    for value in np.unique(ids):
        assert set(classes[ids == value]) == {labels.get(value, 0)}


def test_labels_map_the_values_of_a_volumes_mask_too(tmp_path):
    image = read_image(files.save(tmp_path / "v.nii", files.ramp()))
    mask = files.save(tmp_path / "m.nii", np.full((9, 7, 4), 600, np.int16))
    assert (read_mask(mask, image, CLASSES, {600: 3}) == 3).all()
